import { setTimeout as pause } from 'node:timers/promises';
import type { CrashPoint } from '@roamgrid/runtime';
import { differentAt, missingIn, owedTo, readStore, type Stored } from './checks/compare';
import type { TopicLog } from './checks/topic-log';
import type { ChaosStack } from './chaos-stack';
import type { Planned } from './faults/fault-plan';
import type { FaultRunner } from './faults/fault-runner';
import type { Workload } from './writes/workload';

export interface RoundParts {
  readonly stack: ChaosStack;
  readonly workload: Workload;
  readonly runner: FaultRunner;
  readonly topics: TopicLog;
  /** How long it is waited for that all is equal, milliseconds. */
  readonly patience: number;
}

/** What a round showed. */
export interface RoundResult {
  readonly faults: readonly string[];
  /** Seconds from the last fault to when every healthy peer and the store held all that was promised. */
  readonly convergence: number;
  /** What was equal last, in words; undefined: all was at once. */
  readonly slowest: string | undefined;
  /** What was acknowledged and is not where it belongs, in words. */
  readonly lost: readonly string[];
  readonly reached: readonly CrashPoint[];
  readonly notReached: readonly CrashPoint[];
}

/** Writing goes on for so long after the last fault, milliseconds. */
const AFTERMATH = 3_000;
const LOOK = 20;
const LOOK_STORE = 150;

/** One round: writers at work, faults, then quiet until all is equal, then the count. */
export async function runRound({ stack, workload, runner, topics, patience }: RoundParts, planned: readonly Planned[]): Promise<RoundResult> {
  const stop = new AbortController();
  const working = workload.run(stop.signal);
  const provoking = provoke(stack, planned);
  const struck = await runner.strike(planned);
  await Promise.all([provoking, pause(AFTERMATH)]);
  stop.abort();
  await working;
  const { behind, stored, slowest } = await untilEqual(stack, workload, patience);
  const convergence = (Date.now() - struck.lastAt) / 1_000;
  await runner.recovered();
  const unpublished = await topics.catchUp(stored, [workload.own, workload.pushed]);
  return { ...struck, convergence, slowest, lost: [...behind, ...unpublished] };
}

/** Some faults need something to come upon: a backlog that is built, a crawl of everything. */
async function provoke({ newcomer, api, peers }: ChaosStack, planned: readonly Planned[]): Promise<void> {
  const work: Promise<unknown>[] = [];
  for (const { target, fault, at } of planned) {
    if (fault.kind === 'crash' && fault.point === 'dispatcher.backlog-page') work.push(pause(at + LOOK).then(() => newcomer.registerAnew(api)));
    if (target === 'scheduler' && at % 2 === 0) work.push(...peers.filter(({ lists }) => lists.size > 0).slice(0, 2).map((peer) => peer.askForPull(api, at)));
  }
  await Promise.all(work);
}

/** How all stood when it was equal, or when patience was over. */
export interface Equality {
  /** What is missing, in words. */
  readonly behind: readonly string[];
  readonly stored: Stored;
  /** The last thing that was missing, in words. */
  readonly slowest: string | undefined;
}

/** Waits until nothing is missing anywhere. */
export async function untilEqual({ peers, api }: ChaosStack, { own, pushed, listed }: Workload, patience: number): Promise<Equality> {
  const healthy = peers.filter(({ isHealthy }) => isHealthy);
  const until = Date.now() + patience;
  let slowest: string | undefined;
  for (;;) {
    for (let owed = owedTo(healthy, own); owed.length > 0 && Date.now() < until; owed = owedTo(healthy, own)) {
      slowest = owed[0];
      await pause(LOOK);
    }
    const begun = Date.now();
    const stored: Stored = await readStore(api).catch(() => new Map());
    const behind = [...owedTo(healthy, own), ...missingIn(stored, [own, pushed, listed]), ...differentAt(healthy, own, stored)];
    slowest = behind[0] ?? slowest;
    if (behind.length === 0 || Date.now() >= until) return { behind, stored, slowest };
    await pause(Math.max(LOOK_STORE, Date.now() - begun)); // looking takes half of the time at most
  }
}
