/** When a lane stops sending and how it finds out that it can again; milliseconds. */
export interface BreakerConfig {
  /** Failures in a row after which the lane stops. */
  readonly failures: number;
  /** Pause before the first probe; doubles with every probe that fails. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** Pause between probes of a lane whose credentials the peer refused. */
  readonly pausedProbe: number;
  /** After so long without any success the peer is suspended, */
  readonly suspendAfter: number;
  /** and probed only so often. */
  readonly suspendedProbe: number;
}

/** Why a lane is stopped. It is kept where all replicas see it, so that a stop outlives whoever met it. Epoch milliseconds. */
export interface Stop {
  /** The peer as a whole fails, or it refuses our credentials. */
  readonly kind: 'failing' | 'refused';
  readonly since: number;
  readonly reason: string;
  /** Since when nothing has worked, of whatever kind the failures were. */
  readonly downSince: number;
  /** Since when the peer is suspended, for having failed for days; null: it is not. */
  readonly suspended: number | null;
}

/** One probe at a time, the next not before `next`. */
interface Stopped {
  readonly kind: 'stopped';
  stop: Stop;
  pause: number;
  next: number;
}

type State =
  | { readonly kind: 'open' }
  /** The peer asked for silence until then. */
  | { readonly kind: 'resting'; readonly until: number; readonly reason: string }
  | Stopped;

/**
 * What a failure did: `counted` while the lane is open; `stopped` it; was the `probe` of a stopped lane; was the probe that
 * had the peer `suspended`; or came `late`, from a request sent before the lane stopped or the peer changed, and tells nothing new.
 */
export type FailureEffect = 'counted' | 'stopped' | 'probe' | 'suspended' | 'late';

/** What a request was sent as; handed back with its outcome. */
export interface Pass {
  /** The one request that finds out whether the peer is well again. */
  readonly probe: boolean;
  /** How often the peer had changed when it was sent. */
  readonly changes: number;
}

/**
 * Decides how many requests a lane may send: as many as its window while the peer is well, one probe at a time with growing
 * pauses after failures in a row or after a refusal of our credentials, and a probe now and then when that has gone on for days.
 */
export class Breaker {
  readonly #config: BreakerConfig;
  #state: State = { kind: 'open' };
  #failures = 0;
  #probing = false;
  #changes = 0;
  /** Since when the peer has done nothing but ask for silence; undefined: it has not. */
  #silentSince: number | undefined;

  /** @param known why the lane was stopped when whoever ran it before ended: it probes at once */
  constructor(config: BreakerConfig, known?: Stop) {
    this.#config = config;
    if (known) this.#state = { kind: 'stopped', stop: known, pause: this.#pauseOf(known, config.firstPause), next: 0 };
  }

  /** `open`, or why nothing is sent. */
  describe(): string {
    const state = this.#state;
    if (state.kind === 'open') return 'open';
    if (state.kind === 'resting') return `waiting until ${new Date(state.until).toISOString()}: ${state.reason}`;
    const { kind, since, reason, suspended } = state.stop;
    if (suspended !== null) return `suspended since ${new Date(suspended).toISOString()}: ${reason}`;
    return kind === 'refused' ? `paused: ${reason}` : `probing since ${new Date(since).toISOString()}: ${reason}`;
  }

  /** Whether the peer is well as far as is known; it may have asked for silence. */
  get health(): 'well' | Stop['kind'] {
    return this.stop?.kind ?? 'well';
  }

  /** Why the lane is stopped; the same object as long as nothing else is to be said. Undefined: it is not. */
  get stop(): Stop | undefined {
    return this.#state.kind === 'stopped' ? this.#state.stop : undefined;
  }

  /** Milliseconds between probes at present; 0 unless stopped. */
  get probePause(): number {
    return this.#state.kind === 'stopped' ? this.#state.pause : 0;
  }

  /** How many more requests may be sent now. */
  room(now: number, inFlight: number, window: number): number {
    if (this.#state.kind === 'resting' && now >= this.#state.until) this.#state = { kind: 'open' };
    const state = this.#state;
    if (state.kind === 'open') return window - inFlight;
    return state.kind === 'stopped' && !this.#probing && now >= state.next ? 1 : 0;
  }

  /** A request goes out. */
  start(): Pass {
    const probe = this.#state.kind === 'stopped';
    this.#probing ||= probe;
    return { probe, changes: this.#changes };
  }

  /** The peer answered as one that works, whatever it thought of the object. True when that opened the lane again. */
  worked(pass: Pass): boolean {
    this.#end(pass);
    this.#failures = 0;
    this.#silentSince = undefined;
    const reopened = this.#state.kind === 'stopped';
    if (reopened) this.#state = { kind: 'open' };
    return reopened;
  }

  /** The peer as a whole failed. */
  failed(pass: Pass, now: number, reason: string): FailureEffect {
    if (this.#isOutdated(pass)) return 'late';
    this.#end(pass);
    this.#failures += 1;
    const state = this.#state;
    if (state.kind === 'stopped') {
      if (!pass.probe) return 'late';
      const grown = state.stop.kind === 'failing' ? state.pause * 2 : state.pause;
      return this.#probeFailed(state, state.stop, Math.min(grown, this.#config.longestPause), now);
    }
    if (this.#failures < this.#config.failures) return 'counted';
    this.#stop({ kind: 'failing', since: now, reason, downSince: this.#silentSince ?? now, suspended: null }, now);
    return 'stopped';
  }

  /** The peer refused our credentials. */
  refused(pass: Pass, now: number, reason: string): FailureEffect {
    if (this.#isOutdated(pass)) return 'late';
    this.#end(pass);
    const state = this.#state;
    const fresh: Stop = { kind: 'refused', since: now, reason, downSince: now, suspended: null };
    if (state.kind !== 'stopped') {
      this.#stop(fresh, now);
      return 'stopped';
    }
    if (!pass.probe) return 'late';
    const { stop } = state;
    if (stop.kind === 'refused') return this.#probeFailed(state, stop, state.pause, now);
    const effect = this.#probeFailed(state, { ...fresh, downSince: stop.downSince, suspended: stop.suspended }, state.pause, now);
    return effect === 'probe' && stop.suspended === null ? 'stopped' : effect;
  }

  /** The peer asked for silence until then. One that has done nothing else for days is suspended, too. */
  rest(pass: Pass, now: number, until: number, reason: string): FailureEffect {
    if (this.#isOutdated(pass)) return 'late';
    this.#end(pass);
    this.#silentSince ??= now;
    const state = this.#state;
    if (state.kind === 'stopped') {
      const effect = pass.probe ? this.#probeFailed(state, state.stop, state.pause, now) : 'late';
      state.next = Math.max(state.next, until);
      return effect;
    }
    if (now - this.#silentSince >= this.#config.suspendAfter) {
      this.#stop({ kind: 'failing', since: now, reason, downSince: this.#silentSince, suspended: now }, now);
      return 'suspended';
    }
    if (state.kind === 'open' || state.until < until) this.#state = { kind: 'resting', until, reason };
    return 'counted';
  }

  /**
   * The peer's credentials, endpoints or quirks have changed, or an operator says so: a stopped lane probes at once, and what was
   * sent before says nothing.
   */
  retryNow(now: number): void {
    this.#changes += 1;
    this.#probing = false;
    const state = this.#state;
    if (state.kind === 'stopped') state.next = now;
    else this.#state = { kind: 'open' };
  }

  #stop(stop: Stop, now: number): void {
    const pause = this.#pauseOf(stop, this.#config.firstPause);
    this.#state = { kind: 'stopped', stop, pause, next: now + pause };
  }

  /** @param pause before the next probe of a peer that fails */
  #probeFailed(state: Stopped, stop: Stop, pause: number, now: number): FailureEffect {
    const suspends = stop.suspended === null && now - stop.downSince >= this.#config.suspendAfter;
    state.stop = suspends ? { ...stop, suspended: now } : stop;
    state.pause = this.#pauseOf(state.stop, pause);
    state.next = now + state.pause;
    return suspends ? 'suspended' : 'probe';
  }

  #pauseOf({ kind, suspended }: Stop, failing: number): number {
    if (suspended !== null) return this.#config.suspendedProbe;
    return kind === 'refused' ? this.#config.pausedProbe : failing;
  }

  #isOutdated({ changes }: Pass): boolean {
    return changes !== this.#changes;
  }

  #end(pass: Pass): void {
    if (pass.probe && !this.#isOutdated(pass)) this.#probing = false;
  }
}
