/** What a check found: what the platform did, and what it had to do. */
export class CheckFailure extends Error {
  constructor(
    readonly expected: string,
    readonly seen: string,
  ) {
    super(`expected ${expected}; seen ${seen}`);
    this.name = 'CheckFailure';
  }
}

/** A check could not be made here; the message says what was missing. Neither passed nor failed. */
export class NotCovered extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotCovered';
  }
}
