import logUpdate from 'log-update';

/** Where the demo shows itself: lines that stay, and below them a block that is redrawn; a plain log without a terminal. */
export class Screen {
  readonly #live = process.stdout.isTTY;
  #block = '';

  /** A line that stays. */
  say = (text: string): void => {
    if (this.#live) logUpdate.clear();
    process.stdout.write(`${text}\n`);
    if (this.#live && this.#block !== '') logUpdate(this.#block);
  };

  /** Replaces the block; without a terminal the short form is written as a line. */
  show(block: string, short: string): void {
    this.#block = block;
    if (this.#live) logUpdate(block);
    else process.stdout.write(`${short}\n`);
  }

  /** Milliseconds between two looks worth showing. */
  get interval(): number {
    return this.#live ? 500 : 5_000;
  }

  end(): void {
    if (this.#live) logUpdate.done();
    this.#block = '';
  }
}
