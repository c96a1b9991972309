import { subjectName, type Subject } from './subject';

/** What was promised of one object. */
export interface Promised {
  readonly name: string;
  readonly subject: Subject;
  /** The newest acknowledged value. */
  value: number;
  /** Acknowledged values that nobody has looked for yet. */
  unchecked: number[];
}

/** What the platform has promised: every value that it acknowledged. */
export class Ledger {
  readonly #promised = new Map<string, Promised>();
  #writes = 0;

  /** Acknowledged writes so far. */
  get writes(): number {
    return this.#writes;
  }

  /** By name of the object. */
  get promised(): ReadonlyMap<string, Promised> {
    return this.#promised;
  }

  acknowledge(subject: Subject, value: number): void {
    const name = subjectName(subject);
    const known = this.#promised.get(name) ?? { name, subject, value, unchecked: [] };
    known.value = value;
    known.unchecked.push(value);
    this.#promised.set(name, known);
    this.#writes += 1;
  }
}
