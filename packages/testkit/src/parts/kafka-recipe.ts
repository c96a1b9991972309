import { readdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { findOnPath } from '../process/find-on-path';
import { folderSha256, requireSha256 } from './checksum';
import type { PartRecipe } from './find-part';
import type { ReportStep } from './part-progress';
import { runTool } from './run-tool';

/** The folder with all jars of Kafka. */
export interface KafkaInstall {
  readonly libFolder: string;
}

const VERSION = '3.9.1';
const JARS = 57;
const JARS_SHA256 = '1f00c07a6ae2d2675e650b2cd60cc1b0b807cea8cd365c09b81cd1dd924647e7';
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>roamgrid</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-reload4j</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** Kafka 3.9.1: `KAFKA_BROKERS`, a distribution (`KAFKA_HOME`, or its scripts on PATH), or its jars through Maven. */
export const kafkaRecipe: PartRecipe<KafkaInstall> = {
  part: 'kafka',
  version: VERSION,
  addressVariable: 'KAFKA_BROKERS',
  ways: [
    'KAFKA_BROKERS: host:port of running brokers, separated by commas',
    'KAFKA_HOME: a Kafka 3.7 to 3.9 distribution, or its kafka-server-start.sh on PATH (and Java 17 or later)',
    'a fetch: needs Java 17 or later, Maven, and a repository that mvn can reach',
  ],
  onPath: async (env) => {
    if (env['KAFKA_HOME']) {
      const install = await inLibFolder(join(env['KAFKA_HOME'], 'libs'), /^kafka_2\.\d+-[\d.]+\.jar$/);
      if (install === undefined) throw new Error(`KAFKA_HOME: ${env['KAFKA_HOME']} has no libs/kafka_2.x-….jar`);
      return install;
    }
    const script = await findOnPath('kafka-server-start.sh', env);
    if (script === undefined) return undefined;
    const home = dirname(dirname(await realpath(script)));
    return inLibFolder(join(home, 'libs'), /^kafka_2\.\d+-[\d.]+\.jar$/);
  },
  inFolder: async (folder) => {
    const install = await inLibFolder(join(folder, 'lib'), new RegExp(`^kafka_2\\.13-${VERSION}\\.jar$`));
    if (install === undefined) return undefined;
    return (await readdir(install.libFolder)).length === JARS ? install : undefined;
  },
  fetch: fetchKafka,
};

async function inLibFolder(libFolder: string, jar: RegExp): Promise<KafkaInstall | undefined> {
  const names = await readdir(libFolder).catch(() => []);
  return names.some((name) => jar.test(name)) ? { libFolder } : undefined;
}

async function fetchKafka(folder: string, env: NodeJS.ProcessEnv, report: ReportStep): Promise<void> {
  const pom = join(folder, 'pom.xml');
  const libFolder = join(folder, 'lib');
  await writeFile(pom, POM);
  report({ step: 'download', detail: `kafka_2.13-${VERSION}` });
  let done = 0;
  const onLine = (line: string): void => {
    const file = /Downloaded from \S+: \S*\/([^/\s]+\.jar)/.exec(line)?.[1];
    if (file === undefined) return;
    done += 1;
    report({ step: 'download', done, unit: 'files', detail: file });
  };
  const options = ['--batch-mode', '--file', pom, '-DincludeScope=runtime', `-DoutputDirectory=${libFolder}`];
  await runTool('mvn', [...options, COPY_GOAL], { cwd: folder, env, onLine });

  report({ step: 'verify', detail: `${JARS} jars` });
  const jars = (await readdir(libFolder)).length;
  requireSha256(`kafka ${VERSION} (${jars} jars, expected ${JARS})`, await folderSha256(libFolder), JARS_SHA256);
}
