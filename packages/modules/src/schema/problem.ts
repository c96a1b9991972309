/** One thing wrong with a value. */
export interface Problem {
  /** JSON Pointer into the value, such as `/evses/0/status`; empty for the value itself. */
  readonly path: string;
  /** What was expected, such as `must be one of AVAILABLE, BLOCKED`. */
  readonly message: string;
  /** The value found, shortened; only where it is a plain value and no secret. */
  readonly value?: string;
}

/** The verdict on a value. */
export type ValidationResult = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

const MAX_VALUE = 40;

/** A plain value as it may stand in a message: JSON of at most 40 characters; undefined for objects and lists. */
export function shortValue(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null)) return undefined;
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_VALUE) : value);
  return typeof value === 'string' && value.length > MAX_VALUE ? `${text.slice(0, -1)}…"` : text;
}

/** One line for a status message or a log: the first problems and how many more there are. */
export function describeProblems(problems: readonly Problem[], shown = 3): string {
  const parts = problems.slice(0, shown).map(({ path, message, value }) => {
    const found = value === undefined ? '' : `, found ${value}`;
    return `${path === '' ? 'the value' : path} ${message}${found}`;
  });
  const more = problems.length - parts.length;
  return `${parts.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
