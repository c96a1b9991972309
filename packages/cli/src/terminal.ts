/** Where text goes. */
export interface Terminal {
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
}

/** What a command ends with, where it is not well. */
export class Refusal extends Error {}
