import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MutatedTree } from '@roamgrid/testkit';
import { TARGETS } from '../faults/fault';
import { NotEqualError, runChaos, type ChaosOptions } from '../run-chaos';
import { judge, PROMISED, type Finding, type Limits, type Verdict } from '../summary';
import { mutants, type Mutant } from './mutants';

const ROOT = join(__dirname, '..', '..', '..', '..');
/** What is not there after so long is lost, milliseconds. */
const PATIENCE = 40_000;
/** It is late where it takes so many times as long as without a bug: the machine may be busy. */
const LATE = 2;
/** In a run of a few rounds a single kill makes up for much of it. */
const SHORT_RUN: Limits = { duplicates: 0.05, convergence: Infinity };
const CONTROL_ROUNDS = 7;
const STRIKES = 2;

/** Where only some bugs are planted. */
const NO_CONTROL = { found: [], convergence: PROMISED.convergence };

/** What became of a planted bug: what the run found that may be its doing; nothing: it was not caught. */
export interface Caught {
  readonly mutant: Mutant;
  readonly found: readonly Finding[];
}

export interface MutantRun {
  readonly seed: number;
  /** What the name of a bug has to contain; then only these bugs are planted, and there is no run without one. */
  readonly only: string;
  readonly say: (text: string) => void;
  readonly onControl: (found: readonly Finding[]) => void;
  readonly onMutant: (caught: Caught) => void;
}

/**
 * Runs the suite on a copy of the platform as it is, in which it must find nothing; then on copies with one bug each, which it
 * must find.
 */
export async function runMutants({ seed, only, say, onControl, onMutant }: MutantRun): Promise<{ control: readonly Finding[]; caught: readonly Caught[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'roamgrid-mutants-'));
  const tree = await MutatedTree.copyOf(ROOT, join(folder, 'tree'));
  const common = { seed, root: tree.folder, say, strikes: STRIKES };
  try {
    const asItIs = { ...common, targets: TARGETS, rounds: CONTROL_ROUNDS, limits: SHORT_RUN };
    const { found: control, convergence } = only === '' ? await shortRun(asItIs, ['lost', 'regressions', 'duplicates']) : NO_CONTROL;
    if (only === '') onControl(control);
    const limits = { ...SHORT_RUN, convergence: Math.max(PROMISED.convergence, convergence * LATE) };
    const caught: Caught[] = [];
    for (const mutant of mutants.filter(({ name }) => name.includes(only))) {
      const takeOut = await tree.plant(mutant);
      const { found } = await shortRun({ ...common, targets: [mutant.target], rounds: mutant.rounds, limits }, mutant.caughtBy);
      await takeOut();
      caught.push({ mutant, found });
      onMutant({ mutant, found });
    }
    return { control, caught };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs until something of this kind is found: what it was, and how long it took at most until all were equal, in seconds. */
async function shortRun(
  options: Pick<ChaosOptions, 'seed' | 'rounds' | 'targets' | 'strikes' | 'say'> & Required<Pick<ChaosOptions, 'root' | 'limits'>>,
  wanted: readonly Verdict[],
): Promise<{ found: readonly Finding[]; convergence: number }> {
  const until = ({ verdict }: Finding): boolean => wanted.includes(verdict);
  try {
    const summary = await runChaos({ ...options, patience: PATIENCE, until });
    return { found: judge(summary, options.limits).filter(until), convergence: summary.convergence_s };
  } catch (error) {
    if (!(error instanceof NotEqualError)) throw error;
    const found: Finding = { verdict: 'lost', reason: error.message };
    return { found: [found].filter(until), convergence: 0 };
  }
}
