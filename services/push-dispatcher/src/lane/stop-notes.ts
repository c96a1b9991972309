import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import type { PeerControls } from '../control/peer-controls';
import type { Stop } from './breaker';

export interface StopNotesOptions {
  readonly controls: Pick<PeerControls, 'note'>;
  readonly peer: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RETRY = 1_000;

/** Has it written down how a lane stands, where all replicas see it: only the newest, as soon as the store takes it. */
export class StopNotes {
  readonly #options: StopNotesOptions;
  readonly #stop: AbortSignal;
  #wanted: { readonly epoch: number; readonly stop: Stop | undefined } | undefined;
  #writing: Promise<void> | undefined;

  /** @param stop ends all tries */
  constructor(options: StopNotesOptions, stop: AbortSignal) {
    this.#options = options;
    this.#stop = stop;
  }

  /** The lane that runs under this epoch of the lease stands so. */
  take(epoch: number, stop: Stop | undefined): void {
    this.#wanted = { epoch, stop };
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Resolves when all is written, or has been given up. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { controls, peer, clock, logger } = this.#options;
    for (let note = this.#wanted; note; note = this.#wanted) {
      try {
        await controls.note(peer, note.epoch, note.stop);
        if (this.#wanted === note) this.#wanted = undefined;
      } catch (error) {
        logger.warn({ peer, reason: messageOf(error) }, 'how a lane stands is not written down yet');
        if (this.#stop.aborted) return;
        await clock.sleep(RETRY, this.#stop);
      }
    }
  }
}
