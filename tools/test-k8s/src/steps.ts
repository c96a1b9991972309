/** How one step went. */
export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** What was seen, or why it failed. */
  readonly detail: string;
}

/** A step failed on which all later ones stand. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Runs the steps of the test, writes a line for each, and counts them. */
export class Steps {
  readonly results: StepResult[] = [];
  readonly #write: (line: string) => void;
  readonly #now: () => number;

  constructor(write: (line: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  /** Runs a step; `run` gives what was seen. A failure is written and counted, and the test goes on. */
  async check(name: string, run: () => Promise<string>): Promise<boolean> {
    const began = this.#now();
    const outcome = await run().then(
      (detail) => ({ passed: true, detail }),
      (error: unknown) => ({ passed: false, detail: error instanceof Error ? error.message : String(error) }),
    );
    const result = { name, ...outcome, seconds: (this.#now() - began) / 1000 };
    this.results.push(result);
    this.#write(lineOf(result));
    return result.passed;
  }

  /** The same for a step on which all later ones stand: throws {@link StepFailed} where it failed. */
  async require(name: string, run: () => Promise<string>): Promise<void> {
    if (!(await this.check(name, run))) throw new StepFailed(name);
  }

  get failed(): number {
    return this.results.filter(({ passed }) => !passed).length;
  }

  /** The closing line. */
  summary(): string {
    return `${this.results.length - this.failed} passed, ${this.failed} failed`;
  }
}

function lineOf({ name, passed, seconds, detail }: StepResult): string {
  const [first = '', ...rest] = detail.trim().split('\n');
  const line = `${passed ? 'ok  ' : 'FAIL'} ${seconds.toFixed(1).padStart(6)} s  ${name}${first === '' ? '' : `: ${first}`}`;
  return [line, ...rest.map((text) => `                ${text}`)].join('\n');
}
