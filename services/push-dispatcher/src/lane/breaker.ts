/** When a lane stops sending and how it finds out that it can again; milliseconds. */
export interface BreakerConfig {
  /** Failures in a row after which the lane stops. */
  readonly failures: number;
  /** Pause before the first probe; doubles with every probe that fails. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** Pause between probes of a lane whose credentials the peer refused. */
  readonly pausedProbe: number;
}

/** The peer fails, or (paused) refuses us: one probe at a time, the next not before `next`. */
interface Stopped {
  readonly kind: 'probing' | 'paused';
  readonly since: number;
  readonly reason: string;
  pause: number;
  next: number;
}

type State =
  | { readonly kind: 'open' }
  /** The peer asked for silence until then. */
  | { readonly kind: 'resting'; readonly until: number; readonly reason: string }
  | Stopped;

/**
 * What a failure did: `counted` while the lane is open; `stopped` it; was the `probe` of a stopped lane; or came
 * `late`, from a request sent before the lane stopped or the peer changed, and tells nothing new.
 */
export type FailureEffect = 'counted' | 'stopped' | 'probe' | 'late';

/** What a request was sent as; handed back with its outcome. */
export interface Pass {
  /** The one request that finds out whether the peer is well again. */
  readonly probe: boolean;
  /** How often the peer had changed when it was sent. */
  readonly changes: number;
}

/**
 * Decides how many requests a lane may send: as many as its window while the peer is well (`open`), one probe at a time
 * with growing pauses after failures in a row (`probing`) or after a refusal of our credentials (`paused`).
 */
export class Breaker {
  readonly #config: BreakerConfig;
  #state: State = { kind: 'open' };
  #failures = 0;
  #probing = false;
  #changes = 0;

  constructor(config: BreakerConfig) {
    this.#config = config;
  }

  /** `open`, or why nothing is sent. */
  describe(): string {
    const state = this.#state;
    if (state.kind === 'open') return 'open';
    if (state.kind === 'resting') return `waiting until ${new Date(state.until).toISOString()}: ${state.reason}`;
    if (state.kind === 'paused') return `paused: ${state.reason}`;
    return `probing since ${new Date(state.since).toISOString()}: ${state.reason}`;
  }

  /** Whether the peer is well as far as is known; it may have asked for silence. */
  get health(): 'well' | 'failing' | 'refused' {
    if (!isStopped(this.#state)) return 'well';
    return this.#state.kind === 'paused' ? 'refused' : 'failing';
  }

  /** Milliseconds between probes at present; 0 unless stopped. */
  get probePause(): number {
    return isStopped(this.#state) ? this.#state.pause : 0;
  }

  /** How many more requests may be sent now. */
  room(now: number, inFlight: number, window: number): number {
    if (this.#state.kind === 'resting' && now >= this.#state.until) this.#state = { kind: 'open' };
    const state = this.#state;
    if (state.kind === 'open') return window - inFlight;
    return isStopped(state) && !this.#probing && now >= state.next ? 1 : 0;
  }

  /** A request goes out. */
  start(): Pass {
    const probe = isStopped(this.#state);
    this.#probing ||= probe;
    return { probe, changes: this.#changes };
  }

  /** The peer answered as one that works, whatever it thought of the object. True when that opened the lane again. */
  worked(pass: Pass): boolean {
    this.#end(pass);
    this.#failures = 0;
    const reopened = isStopped(this.#state);
    if (reopened) this.#state = { kind: 'open' };
    return reopened;
  }

  /** The peer as a whole failed. */
  failed(pass: Pass, now: number, reason: string): FailureEffect {
    if (this.#isOutdated(pass)) return 'late';
    this.#end(pass);
    this.#failures += 1;
    const state = this.#state;
    if (isStopped(state)) {
      if (!pass.probe) return 'late';
      if (state.kind === 'probing') state.pause = Math.min(state.pause * 2, this.#config.longestPause);
      state.next = now + state.pause;
      return 'probe';
    }
    if (this.#failures < this.#config.failures) return 'counted';
    const pause = this.#config.firstPause;
    this.#state = { kind: 'probing', since: now, reason, pause, next: now + pause };
    return 'stopped';
  }

  /** The peer refused our credentials. */
  refused(pass: Pass, now: number, reason: string): FailureEffect {
    if (this.#isOutdated(pass)) return 'late';
    this.#end(pass);
    const state = this.#state;
    if (isStopped(state) && !pass.probe) return 'late';
    const pause = this.#config.pausedProbe;
    const since = state.kind === 'paused' ? state.since : now;
    this.#state = { kind: 'paused', since, reason, pause, next: now + pause };
    return state.kind === 'paused' ? 'probe' : 'stopped';
  }

  /** The peer asked for silence. */
  rest(pass: Pass, until: number, reason: string): void {
    if (this.#isOutdated(pass)) return;
    this.#end(pass);
    const state = this.#state;
    if (isStopped(state)) state.next = Math.max(state.next, until);
    else if (state.kind !== 'resting' || state.until < until) this.#state = { kind: 'resting', until, reason };
  }

  /** The peer's credentials, endpoints or quirks have changed: a stopped lane probes at once, and what was sent before says nothing. */
  retryNow(now: number): void {
    this.#changes += 1;
    this.#probing = false;
    const state = this.#state;
    if (isStopped(state)) state.next = now;
    else this.#state = { kind: 'open' };
  }

  #isOutdated({ changes }: Pass): boolean {
    return changes !== this.#changes;
  }

  #end(pass: Pass): void {
    if (pass.probe && !this.#isOutdated(pass)) this.#probing = false;
  }
}

function isStopped(state: State): state is Stopped {
  return state.kind === 'probing' || state.kind === 'paused';
}
