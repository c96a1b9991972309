import type { Parts, ProcessGroup } from '@roamgrid/testkit';
import type { ComparisonLine } from './comparison';

export interface BenchOptions {
  readonly rounds: number;
  /** Locations, one object a line, `.gz` or not. */
  readonly data: string;
  /** At most so many of them, spread over the file. */
  readonly objects: number;
}

/** What a platform did under a load that is not held against anything. */
export interface LoadLine {
  readonly id: string;
  readonly what: string;
  readonly [figure: string]: string | number;
}

/** What a benchmark finds when it is run. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly parts: Parts;
  /** A folder of this run, deleted at its end. */
  readonly dataDir: string;
  /** Stops what the benchmark starts, at the latest at the end of the run. */
  readonly group: ProcessGroup;
  /** Progress, to people. */
  readonly say: (text: string) => void;
  /** Results, to programs. */
  readonly report: (line: ComparisonLine | LoadLine) => void;
}

/** One row of the table of figures. It never fails by a figure, only when it cannot measure or an answer is wrong. */
export interface Benchmark {
  readonly id: string;
  readonly what: string;
  run(context: BenchContext): Promise<void>;
}
