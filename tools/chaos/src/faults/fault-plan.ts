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
const MOST_TURNS = 2;

/**
 * The faults of every round, by seed. Each kind has its turn in order: killing, freezing and restarting a process of each
 * target, and each of its crash points; rounds of several targets take two of different targets. Some get one more at random.
 */
export class FaultPlan {
  readonly #turns: Turn[];
  readonly #targets: readonly Target[];
  readonly #random: SeededRandom;

  constructor(targets: readonly Target[], random: SeededRandom) {
    this.#targets = targets;
    this.#random = random;
    this.#turns = interleaved(targets.map(turnsOf));
  }

  /** The crash points of the targets: each is to be reached once at least. */
  get points(): CrashPoint[] {
    return CRASH_POINTS.filter((point) => this.#targets.includes(POINTS[point].target));
  }

  /** The faults of the next round, in their order. */
  next(): Planned[] {
    const random = this.#random;
    const planned: Planned[] = [];
    let at = 200 + random.below(600);
    const plan = ({ target, make }: Turn): void => {
      planned.push({ target, fault: make(random), at });
      at += 100 + random.below(1_200);
    };
    const turns = Math.min(MOST_TURNS, this.#targets.length);
    for (let i = 0; i < turns; i += 1) plan(this.#takeTurn());
    if (random.below(4) === 0) {
      const target = random.pick(this.#targets);
      plan({ target, make: killing(target) });
    }
    return planned;
  }

  /** A point that was not reached in its round gets another turn, before the others. */
  again(point: CrashPoint): void {
    this.#turns.unshift({ target: POINTS[point].target, make: crashing(point) });
  }

  #takeTurn(): Turn {
    const turn = this.#turns.shift();
    if (!turn) throw new Error('a plan without targets');
    this.#turns.push(turn);
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

/** The first of each, then the second of each, and so on: neighbours are of different targets. */
function interleaved(lists: readonly Turn[][]): Turn[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}
