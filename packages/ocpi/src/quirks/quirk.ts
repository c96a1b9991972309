/** What a quirk can be set to. */
export type QuirkValue = string | number | boolean;

/** What is written down about every quirk. */
export interface QuirkTexts {
  /** What it changes in what we send to the peer, or accept from it. */
  readonly changes: string;
  /** When a peer needs it. */
  readonly when: string;
  /** The parts of the platform that act on it. */
  readonly actsIn: readonly string[];
  /** What holds where it is not set, in words; only where that is no fixed value. */
  readonly otherwise?: string;
}

/** A declared way in which a peer may differ from what OCPI says, or from what we do by default. */
export interface Quirk<Value extends QuirkValue | undefined = QuirkValue | undefined> extends QuirkTexts {
  /** JSON schema of its value. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Its possible values in words. */
  readonly expected: string;
  /** What holds where it is not set; undefined: see `otherwise`. */
  readonly standard: Value;
  /** The value that a text stands for; undefined for a text that stands for none. */
  readonly read: (text: string) => Value | undefined;
}

/** A quirk with a few possible values. */
export function choice<const Choices extends readonly string[], const Standard extends Choices[number] | undefined>(
  choices: Choices,
  standard: Standard,
  texts: QuirkTexts,
): Quirk<Choices[number] | Standard> {
  return {
    ...texts,
    schema: { enum: choices },
    expected: choices.map((each) => JSON.stringify(each)).join(' or '),
    standard,
    read: (text) => choices.find((each: Choices[number]) => each === text),
  };
}

/** A quirk that is on or off. */
export function toggle(standard: boolean, texts: QuirkTexts): Quirk<boolean> {
  return {
    ...texts,
    schema: { type: 'boolean' },
    expected: 'true or false',
    standard,
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  };
}

/** A quirk that is a number, both bounds included; without a standard value. */
export function amount(
  { least, most, whole = true }: { readonly least: number; readonly most: number; readonly whole?: boolean },
  texts: QuirkTexts & Required<Pick<QuirkTexts, 'otherwise'>>,
): Quirk<number | undefined> {
  return {
    ...texts,
    schema: { type: whole ? 'integer' : 'number', minimum: least, maximum: most },
    expected: `a ${whole ? 'whole ' : ''}number from ${least} to ${most}`,
    standard: undefined,
    read: (text) => {
      const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
      const fits = value >= least && value <= most && (!whole || Number.isInteger(value));
      return fits ? value : undefined;
    },
  };
}
