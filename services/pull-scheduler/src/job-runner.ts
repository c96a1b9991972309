import { isDeepStrictEqual } from 'node:util';
import { Lease } from '@roamgrid/store';
import type { Connection } from 'mongoose';
import { attemptCrawl } from './attempt-crawl';
import type { CrawlContext } from './crawl-context';
import type { Gate } from './gate';
import { dueAt } from './job-document';
import { Novelty } from './novelty';
import type { Pauses } from './pauses';
import type { PeerWindows } from './peer-windows';
import type { PullTarget } from './pull-jobs';

/** What a runner needs besides what crawls need. */
export interface RunnerContext extends CrawlContext {
  readonly connection: Connection;
  /** Name of this process among the replicas. */
  readonly holder: string;
  readonly gate: Gate;
  readonly windows: PeerWindows;
  readonly pauses: Pauses;
}

/** Longest sleep; timers cannot hold much more than three weeks. */
const LONGEST_SLEEP = 60 * 60 * 1000;
const STORE_AWAY_PAUSE = 1_000;

/** Does one job until stopped: sleeps until it is due, takes its lease, crawls. A replica without the lease waits. */
export class JobRunner {
  readonly #context: RunnerContext;
  readonly #lease: Lease;
  readonly #novelty = new Novelty();
  #job: PullTarget;
  #stopped = false;
  #alarm = new AbortController();
  #turn = new AbortController();
  readonly #ended: Promise<void>;

  constructor(context: RunnerContext, job: PullTarget) {
    this.#context = context;
    this.#job = job;
    const { connection, holder, clock, logger, config } = context;
    const ttl = config.timeouts.lease;
    // Held for the time of each crawl: its coming and going is no news.
    const quiet = logger.child({}, { level: 'warn' });
    this.#lease = new Lease({ connection, name: `pull/${job.id}`, holder, ttl, clock, logger: quiet });
    this.#ended = this.#run();
  }

  /**
   * Takes the job as it is now: its peer changed, so what failed before may work. A crawl of another source ends; one
   * under other quirks goes on with these from its checkpoint.
   */
  async change(job: PullTarget): Promise<void> {
    const before = this.#job;
    this.#job = job;
    if (job.source !== before.source || !isDeepStrictEqual(job.quirks, before.quirks)) this.#turn.abort();
    if (job.peer.rev === before.peer.rev) return;
    await this.#context.jobs.retryNow(job.id);
    this.wake();
  }

  /** Looks again whether something is due. */
  wake(): void {
    this.#alarm.abort();
  }

  /** Ends what runs; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#turn.abort();
    this.#alarm.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { clock, config, gate, logger, windows } = this.#context;
    while (!this.#stopped) {
      this.#alarm = new AbortController();
      try {
        const pause = await this.#pause();
        if (pause > 0) await clock.sleep(Math.min(pause, LONGEST_SLEEP), this.#alarm.signal);
        else if (!(await windows.pass(this.#job.peer.id, () => gate.pass(() => this.#takeTurn()))))
          await clock.sleep(config.timeouts.lease / 4, this.#alarm.signal);
      } catch (error) {
        logger.warn({ err: error, job: this.#job.id }, 'pull job to be taken up again');
        await clock.sleep(STORE_AWAY_PAUSE, this.#alarm.signal);
      }
    }
  }

  async #pause(): Promise<number> {
    if (this.#isPaused) return LONGEST_SLEEP;
    return dueAt(await this.#context.jobs.ensure(this.#job)) - this.#context.clock.now();
  }

  get #isPaused(): boolean {
    return this.#context.pauses.reasonOf(this.#job.peer.id) !== '';
  }

  /** Answers false where other replicas have the lease of the job, or all places of the peer. */
  async #takeTurn(): Promise<boolean> {
    if (this.#stopped || this.#isPaused) return true;
    if ((await this.#lease.tryAcquire()) === undefined) return false;
    const { windows } = this.#context;
    const turn = new AbortController();
    this.#turn = turn;
    let hadPlace = false;
    await this.#lease.hold(async (held) => {
      try {
        hadPlace = await windows.inPlace(this.#job.peer.id, this.#job.id, (signal) => this.#crawl(signal), held);
      } finally {
        turn.abort();
      }
    }, turn.signal);
    return hadPlace;
  }

  /** Until the job is done, its peer is paused, or another of its peer has waited long enough. */
  #crawl(signal: AbortSignal): Promise<void> {
    const { clock, config, windows } = this.#context;
    const began = clock.now();
    const mayStay = (): boolean => clock.now() - began < config.intervals.turn || !windows.isAwaited(this.#job.peer.id);
    const goesOn = (): boolean => !this.#isPaused && mayStay();
    return attemptCrawl(this.#context, this.#job, { signal, goesOn, novelty: this.#novelty });
  }
}
