import {
  RoamgridError,
  type Client,
  type Clock,
  type ObjectsCalls,
  type PutManyRequest,
  type PutResult,
} from '@roamgrid/runtime';

const CALL_TIMEOUT = 30_000;
const FIRST_DELAY = 200;
const LONGEST_DELAY = 5_000;
/** How long an absence of the object service is waited out. */
const OUTAGE = 60_000;
/** How long each batch is tried at the least, also when the absence has lasted longer already. */
const LEAST = 5_000;

/** Writes batches of one import through short absences of the object service. */
export class PatientWriter {
  readonly #objects: Pick<Client<ObjectsCalls>, 'PutMany'>;
  readonly #clock: Clock;
  #awaySince: number | undefined;

  constructor(objects: Pick<Client<ObjectsCalls>, 'PutMany'>, clock: Clock) {
    this.#objects = objects;
    this.#clock = clock;
  }

  /**
   * PutMany, again and again while the service is away or overloaded: 200 ms later at first, then up to 5 s, until the
   * absence has lasted 60 s. A repeated object is `unchanged` where the first attempt did arrive. Ends early when the
   * signal aborts. Throws RoamgridError.
   */
  async putMany(request: PutManyRequest, signal: AbortSignal): Promise<readonly PutResult[]> {
    const begun = this.#clock.now();
    for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
      const attempt = this.#clock.now();
      try {
        const { results } = await this.#objects.PutMany(request, { timeout: CALL_TIMEOUT });
        this.#awaySince = undefined;
        return results;
      } catch (error) {
        const { code } = RoamgridError.from(error);
        if (code !== 'unavailable' && code !== 'overloaded') throw error;
        this.#awaySince ??= attempt;
        const left = Math.max(this.#awaySince + OUTAGE, begun + LEAST) - this.#clock.now();
        if (left <= 0 || signal.aborted) throw error;
        await this.#clock.sleep(Math.min(delay, left), signal);
      }
    }
  }
}
