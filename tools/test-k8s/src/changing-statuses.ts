import { setTimeout as pause } from 'node:timers/promises';
import type { RoamingApiClient } from '@roamgrid/testkit';

const STATUSES = ['AVAILABLE', 'CHARGING', 'BLOCKED', 'OUTOFORDER', 'RESERVED'] as const;
const RETRY_PAUSE = 200;
const ANSWER_TIMEOUT = 10_000;
const GIVE_UP = 300_000;

/**
 * Changes the statuses of EVSEs one after the other, as a charge point management system would: each change is sent until it is
 * acknowledged. Can be paused, so that both sides can be compared, and goes on from there.
 */
export class ChangingStatuses {
  readonly #api: RoamingApiClient;
  readonly #everyMillis: number;
  readonly #paths: readonly string[];
  #acknowledged = 0;
  #retried = 0;
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(api: RoamingApiClient, everyMillis: number, paths: readonly string[]) {
    this.#api = api;
    this.#everyMillis = everyMillis;
    this.#paths = paths;
  }

  /** `everyMillis`: pause between two changes. Nothing changes before `resume`. */
  static async ofOwnEvses(api: RoamingApiClient, everyMillis: number): Promise<ChangingStatuses> {
    const paths: string[] = [];
    for await (const { object } of api.list('locations', { origin: 'own' })) paths.push(...evsePaths(object));
    if (paths.length === 0) throw new Error('no EVSE was found whose status could change');
    return new ChangingStatuses(api, everyMillis, paths);
  }

  /** Changes that were acknowledged, since the beginning. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Attempts that failed and were repeated. */
  get retried(): number {
    return this.#retried;
  }

  resume(): void {
    this.#stopping = new AbortController();
    this.#running = this.#change(this.#stopping.signal);
    this.#running.catch(() => undefined); // pause() tells
  }

  /** Resolves when the last change is acknowledged; fails when it was not within five minutes. */
  async pause(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #change(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const turn = this.#acknowledged;
      const path = this.#paths[(turn * 7) % this.#paths.length] ?? '';
      await this.#patch(path, STATUSES[turn % STATUSES.length] ?? 'AVAILABLE', signal);
      this.#acknowledged += 1;
      await pause(this.#everyMillis, undefined, { signal }).catch(() => undefined);
    }
  }

  async #patch(path: string, status: string, signal: AbortSignal): Promise<void> {
    const giveUp = AbortSignal.timeout(GIVE_UP);
    for (;;) {
      try {
        const answered = this.#api.call('PATCH', path, { status, last_updated: new Date().toISOString() });
        await withTimeout(answered, ANSWER_TIMEOUT);
        return;
      } catch (error) {
        if (giveUp.aborted) throw error;
        this.#retried += 1;
        await pause(RETRY_PAUSE, undefined, signal.aborted ? {} : { signal }).catch(() => undefined);
      }
    }
  }
}

/** A forwarded connection can fall silent with its pod. */
async function withTimeout<Answer>(answer: Promise<Answer>, millis: number): Promise<Answer> {
  const stop = new AbortController();
  const timeout = pause(millis, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`no answer within ${millis} ms`);
  });
  timeout.catch(() => undefined); // the answer came first
  return Promise.race([answer, timeout]).finally(() => stop.abort());
}

/** Paths of the EVSEs of a Location whose status may change. */
export function evsePaths(location: Readonly<Record<string, unknown>>): string[] {
  const { country_code, party_id, id, evses } = location as {
    country_code: string;
    party_id: string;
    id: string;
    evses?: readonly { uid: string; status: string }[];
  };
  return (evses ?? [])
    .filter(({ status }) => status !== 'REMOVED' && status !== 'PLANNED')
    .map(({ uid }) => `/v1/locations/${[country_code, party_id, id, uid].map(encodeURIComponent).join('/')}`);
}
