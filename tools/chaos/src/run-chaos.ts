import { SeededRandom } from '@roamgrid/testkit';
import type { CrashPoint } from '@roamgrid/runtime';
import { MODULES } from './checks/compare';
import { TopicLog } from './checks/topic-log';
import { PLATFORM, startStack, type ChaosStack } from './chaos-stack';
import type { Target } from './faults/fault';
import { FaultPlan, type Planned } from './faults/fault-plan';
import { FaultRunner } from './faults/fault-runner';
import { runRound, untilEqual, type RoundResult } from './round';
import { judge, PROMISED, summarise, type Finding, type Limits, type Summary } from './summary';
import { Workload } from './writes/workload';

export interface ChaosOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly targets: readonly Target[];
  /** So many of the targets are struck in each round; all of them where there are fewer. */
  readonly strikes: number;
  /** Where `services/` stands; default: this checkout. */
  readonly root?: string;
  /** Keeps data and logs, and says where. */
  readonly keep?: boolean;
  /** How long a round waits until all is equal, milliseconds. */
  readonly patience?: number;
  /** Ends after the first round in which one of these was found. */
  readonly until?: (finding: Finding) => boolean;
  /** What counts as found there. */
  readonly limits?: Limits;
  /** Hears of each round. */
  readonly onRound?: (line: RoundLine) => void;
  /** Hears what goes wrong, in words. */
  readonly say: (text: string) => void;
}

/** A round, as its line of JSON. */
export interface RoundLine {
  readonly round: number;
  readonly faults: readonly string[];
  readonly writes: number;
  readonly lost: number;
  readonly regressions: number;
  readonly duplicates: number;
  readonly deliveries: number;
  readonly convergence_s: number;
  /** What was equal last. */
  readonly slowest: string | undefined;
  readonly seconds: number;
}

const PATIENCE = 60_000;
const MEMORY_LOOK = 500;
const SAID = 10;
/** Rounds behind the last one for crash points that nobody has come to: what a slow machine does in a round is not for sure. */
const MORE = 6;

/** Without any fault, something that was acknowledged did not come to where it belongs. */
export class NotEqualError extends Error {}

/** Runs the rounds on one platform and says what they showed. */
export async function runChaos(options: ChaosOptions): Promise<Summary> {
  const { seed, keep = false, root, say } = options;
  const stack = await startStack({ seed, keep, ...(root !== undefined && { root }) });
  if (keep) say(`logs are kept in ${stack.folder}`);
  const watching = setInterval(() => stack.memory.look(), MEMORY_LOOK);
  try {
    return await new Run(stack, options).run();
  } finally {
    clearInterval(watching);
    await stack.stop();
  }
}

class Run {
  readonly #stack: ChaosStack;
  readonly #options: ChaosOptions;
  readonly #workload: Workload;
  readonly #plan: FaultPlan;
  readonly #topics: TopicLog;
  readonly #reached = new Map<CrashPoint, number>();
  readonly #struck = new Map<Target, number>();
  readonly #lines: RoundLine[] = [];
  #said = 0;

  constructor(stack: ChaosStack, options: ChaosOptions) {
    const { seed, targets, strikes } = options;
    this.#stack = stack;
    this.#options = options;
    this.#workload = new Workload(stack.platform, stack.peers, seed);
    this.#plan = new FaultPlan({ targets, strikes, random: new SeededRandom(seed) });
    this.#topics = new TopicLog(stack.parts.kafkaBrokers, PLATFORM, MODULES);
    for (const point of this.#plan.points) this.#reached.set(point, 0);
  }

  async run(): Promise<Summary> {
    const { rounds, patience = PATIENCE, limits = PROMISED, until = () => false } = this.#options;
    await this.#begin();
    const runner = new FaultRunner(this.#stack.victims);
    const parts = { stack: this.#stack, workload: this.#workload, runner, topics: this.#topics, patience };
    for (let round = 1; round <= rounds || (this.#misses && round <= rounds + MORE); round += 1) {
      const [begun, before] = [Date.now(), this.#totals()];
      const planned = this.#plan.next();
      const result = await runRound(parts, planned);
      this.#note(planned, result);
      this.#report(round, result, before, begun);
      if (result.lost.length > 0) break; // what comes after a loss would only repeat it
      if (judge(this.#summary(), limits).some(until)) break;
    }
    return this.#summary();
  }

  /** Everything is written once and known to all before the first fault. */
  async #begin(): Promise<void> {
    await this.#workload.writeAll();
    const { behind, stored } = await untilEqual(this.#stack, this.#workload, this.#options.patience ?? PATIENCE);
    if (behind.length > 0) throw new NotEqualError(`not equal before the first fault: ${behind.slice(0, SAID).join('; ')}`);
    await this.#topics.catchUp(stored, [this.#workload.own, this.#workload.pushed]);
  }

  /** A crash point was not reached yet. */
  get #misses(): boolean {
    return [...this.#reached.values()].includes(0);
  }

  #summary(): Summary {
    return summarise({ ...this.#options, lines: this.#lines, reached: this.#reached, struck: this.#struck, memory: this.#stack.memory.largest() });
  }

  #note(planned: readonly Planned[], { reached, notReached }: RoundResult): void {
    for (const target of new Set(planned.map((each) => each.target))) this.#struck.set(target, (this.#struck.get(target) ?? 0) + 1);
    for (const point of reached) this.#reached.set(point, (this.#reached.get(point) ?? 0) + 1);
    for (const point of notReached) this.#plan.again(point);
  }

  #report(round: number, { faults, lost, convergence, slowest }: RoundResult, before: Totals, begun: number): void {
    const now = this.#totals();
    const line: RoundLine = {
      round,
      faults,
      writes: now.writes - before.writes,
      lost: lost.length,
      regressions: now.regressions - before.regressions,
      duplicates: now.duplicates - before.duplicates,
      deliveries: now.deliveries - before.deliveries,
      convergence_s: Math.round(convergence * 100) / 100,
      slowest,
      seconds: Math.round((Date.now() - begun) / 100) / 10,
    };
    this.#lines.push(line);
    this.#options.onRound?.(line);
    const words = [...lost.slice(0, SAID), ...this.#disorder().slice(this.#said)];
    this.#said = this.#disorder().length;
    for (const text of words) this.#options.say(`round ${round}: ${text}`);
  }

  #disorder(): string[] {
    return [...this.#stack.peers.flatMap(({ log }) => log.regressions), ...this.#topics.skipped];
  }

  #totals(): Totals {
    const logs = this.#stack.peers.map(({ log }) => log);
    const sum = (of: (log: (typeof logs)[number]) => number): number => logs.reduce((total, log) => total + of(log), 0);
    return {
      writes: this.#workload.writes,
      regressions: this.#disorder().length,
      duplicates: sum(({ duplicates }) => duplicates),
      deliveries: sum(({ deliveries }) => deliveries),
    };
  }
}

interface Totals {
  readonly writes: number;
  readonly regressions: number;
  readonly duplicates: number;
  readonly deliveries: number;
}
