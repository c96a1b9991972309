import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { Clock } from '@roamgrid/runtime';
import { HttpProblem, sendProblem } from './problem';

/** Ends requests that are not whole in time, so that a slow sender holds nothing for long. */
export class BodyDeadline {
  readonly #running = new WeakMap<IncomingMessage, AbortController>();
  readonly #clock: Clock;
  readonly #millis: number;

  constructor(clock: Clock, millis: number) {
    this.#clock = clock;
    this.#millis = millis;
  }

  /** Middleware that starts the time of a request. */
  readonly start: RequestHandler = (request, response, next) => {
    const lifted = new AbortController();
    this.#running.set(request, lifted);
    response.once('close', () => lifted.abort());
    void this.#clock.sleep(this.#millis, lifted.signal).then(() => {
      if (lifted.signal.aborted || request.complete) return;
      const problem = new HttpProblem('request.too_slow', `the request was not whole after ${this.#millis} ms`, {
        connection: 'close',
      });
      sendProblem(response, problem);
    });
    next();
  };

  /** Takes the limit off a request that is meant to last. */
  lift(request: IncomingMessage): void {
    this.#running.get(request)?.abort();
  }
}
