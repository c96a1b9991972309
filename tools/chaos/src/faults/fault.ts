import type { CrashPoint } from '@roamgrid/runtime';

/** What a run can aim at. */
export const TARGETS = ['gateway', 'locations', 'dispatcher', 'scheduler', 'relay', 'mongod', 'kafka'] as const;

export type Target = (typeof TARGETS)[number];

/** Something that is done to a process, or to the one of several that comes to a place first. */
export type Fault =
  | { readonly kind: 'kill' | 'restart'; readonly process: string }
  | { readonly kind: 'freeze'; readonly process: string; readonly millis: number }
  | { readonly kind: 'crash'; readonly point: CrashPoint; readonly pass: number }
  /** Frozen at a place for longer than a lease lasts, then let go on from there. */
  | { readonly kind: 'freeze-at'; readonly point: CrashPoint; readonly pass: number; readonly millis: number };

/** The processes of a target. */
export const PROCESSES: Readonly<Record<Target, readonly string[]>> = {
  gateway: ['gateway', 'roaming-api', 'credentials'],
  locations: ['locations', 'locations-2', 'tariffs', 'sessions', 'cdrs'],
  dispatcher: ['push-dispatcher', 'push-dispatcher-2'],
  scheduler: ['pull-scheduler', 'pull-scheduler-2'],
  relay: ['locations', 'locations-2'],
  mongod: ['mongod'],
  kafka: ['kafka'],
};

interface PointOf {
  readonly target: Target;
  /** The processes that pass there. */
  readonly processes: readonly string[];
  /** Largest number of the pass at which one of them ends: so often each of them passes in a round. */
  readonly passes: number;
}

const OBJECTS = PROCESSES.locations;

/** Where each crash point belongs. */
export const POINTS: Readonly<Record<CrashPoint, PointOf>> = {
  'gateway.answering': { target: 'gateway', processes: ['gateway'], passes: 8 },
  'roaming-api.answering': { target: 'gateway', processes: ['roaming-api'], passes: 8 },
  'object.committing': { target: 'locations', processes: OBJECTS, passes: 8 },
  'object.committed': { target: 'locations', processes: OBJECTS, passes: 8 },
  'relay.publishing': { target: 'relay', processes: PROCESSES.relay, passes: 8 },
  'relay.published': { target: 'relay', processes: PROCESSES.relay, passes: 8 },
  'dispatcher.owed': { target: 'dispatcher', processes: PROCESSES.dispatcher, passes: 8 },
  'dispatcher.sending': { target: 'dispatcher', processes: PROCESSES.dispatcher, passes: 30 },
  'dispatcher.answered': { target: 'dispatcher', processes: PROCESSES.dispatcher, passes: 30 },
  'dispatcher.backlog-page': { target: 'dispatcher', processes: PROCESSES.dispatcher, passes: 2 },
  'scheduler.page-taken': { target: 'scheduler', processes: PROCESSES.scheduler, passes: 4 },
  'scheduler.checkpointed': { target: 'scheduler', processes: PROCESSES.scheduler, passes: 4 },
};

/** In words, for the line of a round. */
export function describe(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'restart':
      return `${fault.kind} ${fault.process}`;
    case 'freeze':
      return `freeze ${fault.process} ${fault.millis} ms`;
    case 'crash':
      return `crash ${fault.point}:${fault.pass}`;
    case 'freeze-at':
      return `freeze ${fault.point}:${fault.pass} ${fault.millis} ms`;
  }
}
