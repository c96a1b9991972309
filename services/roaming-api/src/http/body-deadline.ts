import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Clock } from '@roamgrid/runtime';
import { HttpProblem, sendProblem } from './problem';

interface Running {
  readonly response: Response;
  /** When the request must be whole, epoch milliseconds. */
  readonly until: number;
}

/** Ends requests that are not whole in time, so that a slow sender holds nothing for long. */
export class BodyDeadline {
  /** In the order in which they came, which is that of their ends: one timer serves them all. */
  readonly #running = new Map<IncomingMessage, Running>();
  readonly #clock: Clock;
  readonly #millis: number;
  #watching = false;

  constructor(clock: Clock, millis: number) {
    this.#clock = clock;
    this.#millis = millis;
  }

  /** Middleware that starts the time of a request. */
  readonly start: RequestHandler = (request, response, next) => {
    this.#running.set(request, { response, until: this.#clock.now() + this.#millis });
    response.once('close', () => this.#running.delete(request));
    if (!this.#watching) void this.#watch();
    next();
  };

  /** Takes the limit off a request that is meant to last. */
  lift(request: IncomingMessage): void {
    this.#running.delete(request);
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    for (let [first] = this.#running; first; [first] = this.#running) {
      const [request, { response, until }] = first;
      const left = until - this.#clock.now();
      if (left > 0) {
        await this.#clock.sleep(left);
        continue;
      }
      this.#running.delete(request);
      if (!request.complete) this.#end(response);
    }
    this.#watching = false;
  }

  #end(response: Response): void {
    const reason = `the request was not whole after ${this.#millis} ms`;
    sendProblem(response, new HttpProblem('request.too_slow', reason, { connection: 'close' }));
  }
}
