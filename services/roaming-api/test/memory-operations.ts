import type { TopicLag } from '@roamgrid/changes';
import type {
  Attempt,
  DeadLetter,
  Handlers,
  JobView,
  OwedRow,
  PageRequest,
  PullOperationsCalls,
  PushOperationsCalls,
  Quarantined,
  RelaysCalls,
  RelayStatus,
  RoamgridError,
} from '@roamgrid/runtime';
import type { PushLag } from '../src/operations/push-lag';

/** What the services would say of what is on its way, and what they are told to do about it. */
export class MemoryOperations {
  readonly owed: OwedRow[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly attempts: Attempt[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly jobs: JobView[] = [];
  /** By module. */
  readonly relays = new Map<string, Partial<RelayStatus>>();
  lags: TopicLag[] | Error = [];
  /** Calls that change something, with what they said. */
  readonly calls: [name: string, request: unknown][] = [];
  /** Makes the pull-scheduler refuse. */
  refusal: RoamgridError | undefined;

  readonly lag: PushLag = {
    group: 'test.push-dispatcher',
    read: () => (this.lags instanceof Error ? Promise.reject(this.lags) : Promise.resolve(this.lags)),
  };

  relay(module: string): Handlers<RelaysCalls> {
    const none = { published_until: 0, lag: 0, epoch: 1, problem: '' };
    return { Status: () => Promise.resolve({ module, topic: `test.${module}.changes`, ...none, ...this.relays.get(module) }) };
  }

  push(): Handlers<PushOperationsCalls> {
    return {
      Owed: ({ peer_id }) => Promise.resolve({ rows: this.owed.filter((row) => peer_id === '' || row.peer_id === peer_id) }),
      DeadLetters: (page) => {
        const { rows, next } = pageOf(this.deadLetters, page);
        return Promise.resolve({ dead_letters: rows, next });
      },
      Attempts: ({ key, ...page }) => {
        const { rows, next } = pageOf(this.attempts.filter((row) => key === '' || row.key === key), page);
        return Promise.resolve({ attempts: rows, next });
      },
      Replay: (request) => this.#called('push.Replay', request, 3),
      RetryNow: (request) => this.#called('push.RetryNow', request, 4),
      Resync: (request) => this.#called('push.Resync', request, 2),
      Pause: (request) => this.#called('push.Pause', request, 1),
      Resume: (request) => this.#called('push.Resume', request, 1),
    };
  }

  pull(): Handlers<PullOperationsCalls> {
    const called = (name: string, request: unknown, count: number): Promise<{ count: number }> =>
      this.refusal ? Promise.reject(this.refusal) : this.#called(name, request, count);
    return {
      Quarantine: (page) => {
        const { rows, next } = pageOf(this.quarantined, page);
        return Promise.resolve({ quarantined: rows, next });
      },
      Jobs: ({ peer_id }) => Promise.resolve({ jobs: this.jobs.filter((job) => peer_id === '' || job.peer_id === peer_id) }),
      RetryNow: (request) => called('pull.RetryNow', request, 5),
      Pause: (request) => called('pull.Pause', request, 0),
      Resume: (request) => called('pull.Resume', request, 1),
    };
  }

  #called(name: string, request: unknown, count: number): Promise<{ count: number }> {
    this.calls.push([name, request]);
    return Promise.resolve({ count });
  }
}

/** The rows behind `after`, which counts them. */
function pageOf<Row extends { readonly peer_id: string; readonly module: string }>(
  all: readonly Row[],
  { peer_id, module, limit, after }: PageRequest,
): { readonly rows: readonly Row[]; readonly next: string } {
  const fitting = all.filter((row) => (peer_id === '' || row.peer_id === peer_id) && (module === '' || row.module === module));
  const from = Number(after);
  const to = from + limit;
  return { rows: fitting.slice(from, to), next: to < fitting.length ? String(to) : '' };
}
