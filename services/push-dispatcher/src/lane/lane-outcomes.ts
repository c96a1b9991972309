import type { OcpiAnswer } from '@roamgrid/ocpi-client';
import type { Clock, Fetched, Logger } from '@roamgrid/runtime';
import { deadUpdate, sentUpdate, waitUpdate, type RowUpdate } from '../rows/row-updates';
import type { Breaker, FailureEffect, Pass } from './breaker';
import type { Outcome } from './classify';
import { failureOf } from './failure-of';
import type { LaneFigures } from './lane-figures';
import type { Parcel } from './lane-feed';
import { askedPause, retryPause, type RetryConfig } from './retry-schedule';

export interface LaneOutcomesOptions {
  readonly breaker: Breaker;
  readonly retry: RetryConfig;
  readonly figures: (module: string) => LaneFigures;
  /** Called when the lane was stopped and sends again. */
  readonly onReopened: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** An attempt that has ended. */
export interface Attempt {
  readonly parcel: Parcel;
  readonly object: Fetched;
  readonly pass: Pass;
  readonly answer: OcpiAnswer | undefined;
}

/** When and as what a row is tried again. */
interface Wait {
  readonly pause: number;
  readonly attempts: number;
}

/** Draws the consequences of each attempt: for the breaker, for the figures, for the row. */
export class LaneOutcomes {
  readonly #options: LaneOutcomesOptions;

  constructor(options: LaneOutcomesOptions) {
    this.#options = options;
  }

  /** What is to be stored of an attempt; undefined when the row stays owed as it is. */
  conclude(attempt: Attempt, outcome: Outcome): RowUpdate | undefined {
    if (outcome.kind === 'delivered') return this.#delivered(attempt);
    const { row, receiver } = attempt.parcel;
    const { clock, figures } = this.#options;
    const failure = failureOf(outcome.reason, attempt.answer, receiver.peer.outbound_token, clock.now());
    figures(row.module).lastError = failure.reason;
    if (outcome.kind === 'dead') {
      this.#works(attempt.pass);
      return this.dead(attempt.parcel, attempt.object.rev, failure.reason, failure);
    }
    const wait = outcome.kind === 'pause' ? this.#refused(attempt, outcome) : this.#failed(attempt, outcome);
    if (!wait) return undefined;
    const due = new Date(clock.now() + wait.pause);
    return waitUpdate(row._id, attempt.object.rev, { due, attempts: wait.attempts, waits: outcome.of, failure });
  }

  /** The object's service does not hold the revision that was announced: to be looked for again. */
  notThere({ row }: Parcel): RowUpdate {
    const { clock, retry, random } = this.#options;
    const attempts = row.attempts + 1;
    const failure = failureOf('the announced revision is not in the store of its service', undefined, '', clock.now());
    const due = new Date(clock.now() + retryPause(retry, attempts, random));
    return waitUpdate(row._id, row.rev, { due, attempts, waits: 'object', failure });
  }

  /** The object will not be sent again before it changes. */
  dead(
    parcel: Parcel,
    rev: number,
    reason: string,
    failure = failureOf(reason, undefined, '', this.#options.clock.now()),
  ): RowUpdate {
    const { module, key, _id } = parcel.row;
    const { clock, logger, figures } = this.#options;
    const peer = parcel.receiver.peer.id;
    figures(module).lastError = reason;
    logger.warn({ peer, module, key, rev, reason }, 'dead letter: the object cannot be delivered');
    return deadUpdate(_id, rev, failure, new Date(clock.now()));
  }

  #delivered({ parcel: { row, receiver }, object, pass, answer }: Attempt): RowUpdate {
    const now = this.#options.clock.now();
    const figures = this.#options.figures(row.module);
    this.#works(pass);
    figures.delivered += 1;
    if (!row.backlog) figures.arrival.record(now - object.written, now);
    const forEver = receiver.module.immutable;
    return sentUpdate(row._id, object.rev, new Date(now), { forEver, location: forEver ? answer?.headers.location : undefined });
  }

  #works(pass: Pass): void {
    if (this.#options.breaker.worked(pass)) this.#options.onReopened();
  }

  #failed({ parcel: { row, receiver }, pass }: Attempt, outcome: Outcome & { kind: 'retry' }): Wait | undefined {
    const { breaker, retry, clock, random, logger } = this.#options;
    const attempts = row.attempts + 1;
    if (outcome.of === 'object') {
      this.#works(pass);
      return { attempts, pause: retryPause(retry, attempts, random) };
    }
    if (outcome.after !== undefined) {
      const pause = askedPause(retry, outcome.after, random);
      const effect = breaker.rest(pass, clock.now(), clock.now() + pause, outcome.reason);
      this.#alarmIfSuspended(effect, receiver.peer.id, outcome.reason);
      return { attempts: row.attempts, pause };
    }
    const effect = breaker.failed(pass, clock.now(), outcome.reason);
    if (effect === 'stopped')
      logger.warn({ peer: receiver.peer.id, reason: outcome.reason }, 'the peer fails: lane stopped, probing');
    this.#alarmIfSuspended(effect, receiver.peer.id, outcome.reason);
    return this.#waitAfter(effect, row.attempts, breaker.probePause);
  }

  #refused({ parcel: { row, receiver }, pass }: Attempt, outcome: Outcome & { kind: 'pause' }): Wait | undefined {
    const { breaker, clock, retry, random, logger } = this.#options;
    const effect = breaker.refused(pass, clock.now(), outcome.reason);
    if (effect === 'stopped') {
      logger.error(
        { peer: receiver.peer.id, reason: outcome.reason, alarm: 'lane paused' },
        'the peer refuses us: lane paused',
      );
    }
    this.#alarmIfSuspended(effect, receiver.peer.id, outcome.reason);
    if (outcome.of === 'peer' || effect === 'late') return this.#waitAfter(effect, row.attempts, breaker.probePause);
    // It may be this object alone that the peer forbids: it has to fall behind the others, or no probe would ever
    // succeed.
    const attempts = row.attempts + 1;
    return { attempts, pause: Math.max(breaker.probePause, retryPause(retry, attempts, random)) };
  }

  #alarmIfSuspended(effect: FailureEffect, peer: string, reason: string): void {
    if (effect !== 'suspended') return;
    const text = 'the peer has failed for days: suspended, its rows are kept, it is probed seldom';
    this.#options.logger.warn({ peer, reason, alarm: 'peer suspended' }, text);
  }

  /**
   * Only failures of an open lane count against the row. A probe's row lets others go before it the next time; one that
   * was under way when the lane stopped stays as it is.
   */
  #waitAfter(effect: FailureEffect, attempts: number, probePause: number): Wait | undefined {
    const { retry, random } = this.#options;
    if (effect === 'late') return undefined;
    if (effect === 'counted') return { attempts: attempts + 1, pause: retryPause(retry, attempts + 1, random) };
    return { attempts: effect === 'stopped' ? attempts + 1 : attempts, pause: probePause };
  }
}
