import type { Platform } from '@roamgrid/testkit';
import type { BenchContext } from '../harness/benchmark';
import type { MeasuredProcess } from '../harness/cpu-meter';
import { named } from './bench-platform';

/** All that takes part, this process included: it sends, and it is the peers that are no platforms. */
export function allProcesses({ parts }: Pick<BenchContext, 'parts'>, platforms: readonly Platform[]): MeasuredProcess[] {
  const own = { name: 'bench', pid: process.pid };
  const services = platforms.flatMap(({ services: running }) => [...running.values()]);
  return [own, ...[parts.mongod, parts.kafka, ...services].flatMap((each) => (each ? [named(each.name, each)] : []))];
}

/** Milliseconds of CPU an operation: `cpo/sessions 0.51, …`, what costs most first. */
export function cpuOfEach(used: ReadonlyMap<string, number>, operations: number): string {
  const each = [...used].sort(([, one], [, other]) => other - one).filter(([, millis]) => millis / operations >= 0.005);
  return each.map(([name, millis]) => `${name.replace(/^bench-(s1-)?/, '')} ${(millis / operations).toFixed(2)}`).join(', ');
}
