import { CRASH_POINTS, type CrashPoint } from '@roamgrid/runtime';
import type { SeededRandom } from '@roamgrid/testkit';
import { POINTS, PROCESSES, type Fault, type Target } from './fault';

/** A fault and when it comes. */
export interface Planned {
  readonly target: Target;
  readonly fault: Fault;
  /** Milliseconds after the round began. */
  readonly at: number;
}

/** A kind of fault that has its turn again and again; the random numbers of a round make a fault of it. */
interface Turn {
  readonly target: Target;
  readonly make: (random: SeededRandom) => Fault;
}

/** Longer than every lease of the platform of a run. */
const BEYOND_A_LEASE = 10_000;

export interface FaultPlanOptions {
  readonly targets: readonly Target[];
  /** So many of the targets are struck in each round; all of them where there are fewer. */
  readonly strikes: number;
  readonly random: SeededRandom;
}

/**
 * The faults of every round, by seed. The targets are struck in a mixed order, each as often as every other; and at a target each kind
 * has its turn in order: its crash points, and killing, freezing and restarting a process. Some rounds get one more at random.
 */
export class FaultPlan {
  readonly #options: FaultPlanOptions;
  readonly #turns: ReadonlyMap<Target, Turn[]>;
  /** The targets that are still to be struck before the first comes again. */
  #deck: Target[] = [];

  constructor(options: FaultPlanOptions) {
    this.#options = options;
    this.#turns = new Map(options.targets.map((target) => [target, turnsOf(target)]));
  }

  /** The crash points of the targets: each is to be reached once at least. */
  get points(): CrashPoint[] {
    return CRASH_POINTS.filter((point) => this.#turns.has(POINTS[point].target));
  }

  /** The faults of the next round, in their order. */
  next(): Planned[] {
    const { random, targets } = this.#options;
    const planned: Planned[] = [];
    let at = 200 + random.below(600);
    const plan = ({ target, make }: Turn): void => {
      planned.push({ target, fault: make(random), at });
      at += 100 + random.below(1_200);
    };
    for (const target of this.#struckNext()) plan(this.#takeTurn(target));
    if (random.below(4) === 0) {
      const target = random.pick(targets);
      plan({ target, make: killing(target) });
    }
    return planned;
  }

  /** A point that was not reached in its round has the next turn at its target. */
  again(point: CrashPoint): void {
    const { target } = POINTS[point];
    this.#turns.get(target)?.unshift({ target, make: crashing(point) });
  }

  #struckNext(): Target[] {
    const { strikes, targets, random } = this.#options;
    const struck: Target[] = [];
    while (struck.length < Math.min(strikes, targets.length)) {
      if (this.#deck.length === 0) this.#deck = [...targets];
      const target = random.pick(this.#deck.filter((each) => !struck.includes(each)));
      this.#deck.splice(this.#deck.indexOf(target), 1);
      struck.push(target);
    }
    return struck;
  }

  #takeTurn(target: Target): Turn {
    const turns = this.#turns.get(target);
    const turn = turns?.shift();
    if (!turns || !turn) throw new Error(`nothing is planned for ${target}`);
    turns.push(turn);
    return turn;
  }
}

function turnsOf(target: Target): Turn[] {
  const points = CRASH_POINTS.filter((point) => POINTS[point].target === target);
  const makes = [...extras(target), ...points.map(crashing), killing(target), freezing(target)];
  return makes.map((make) => ({ target, make }));
}

/** What only some targets have. */
function extras(target: Target): Turn['make'][] {
  if (target === 'relay') return [freezingAt('relay.publishing')];
  if (target === 'dispatcher') return [(random) => ({ kind: 'freeze', process: random.pick(PROCESSES.dispatcher), millis: BEYOND_A_LEASE })];
  return target === 'mongod' || target === 'kafka' ? [] : [(random) => ({ kind: 'restart', process: random.pick(PROCESSES[target]) })];
}

function killing(target: Target): Turn['make'] {
  return (random) => ({ kind: 'kill', process: random.pick(PROCESSES[target]) });
}

function freezing(target: Target): Turn['make'] {
  return (random) => ({ kind: 'freeze', process: random.pick(PROCESSES[target]), millis: 500 + random.below(2_500) });
}

function crashing(point: CrashPoint): Turn['make'] {
  return (random) => ({ kind: 'crash', point, pass: 1 + random.below(POINTS[point].passes) });
}

function freezingAt(point: CrashPoint): Turn['make'] {
  return (random) => ({ kind: 'freeze-at', point, pass: 1 + random.below(POINTS[point].passes), millis: BEYOND_A_LEASE });
}
