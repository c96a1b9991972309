import { join } from 'node:path';
import { freePort, type SupervisedProcess } from '@roamgrid/testkit';
import type { BenchContext } from '../harness/benchmark';

/** What a baseline is told, by the environment variable `BASELINE`, as JSON. */
export interface BaselineConfig {
  readonly port: number;
  readonly mongodbUri: string;
  /** Value of the Authorization header that it asks for. */
  readonly authorization: string;
}

export interface Baseline {
  readonly url: string;
  readonly process: SupervisedProcess;
}

/** Starts `src/baselines/<name>.ts` as a process of its own and waits until it serves. */
export async function startBaseline(
  { group, dataDir }: BenchContext,
  name: string,
  config: Omit<BaselineConfig, 'port'>,
): Promise<Baseline> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const baseline = await group.start({
    name,
    command: process.execPath,
    args: [join(__dirname, '..', 'baselines', `${name}.js`)],
    env: { ...process.env, BASELINE: JSON.stringify({ ...config, port }) },
    logFile: join(dataDir, `${name}.log`),
    ready: async () => (await fetch(`${url}/ready`)).ok,
  });
  return { url, process: baseline };
}

/** The configuration of this process, where it is a baseline. */
export function baselineConfig(): BaselineConfig {
  const text = process.env['BASELINE'];
  if (text === undefined) throw new Error('BASELINE is not set: a baseline is started by the benchmark that it serves');
  return JSON.parse(text) as BaselineConfig;
}
