import { simpleType, type JsonSchema, type Mode, type Type } from './type';

const PRINTABLE_ASCII = '^[ -~]*$';

/**
 * Text without control characters. TAB, LF and CR of peers are tolerated: real feeds hold a few in names and addresses,
 * and a station is not worth losing for one; ours have none (TYP-10).
 */
export const PRINTABLE: Readonly<Record<Mode, string>> = {
  received: '^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$',
  own: '^[^\\u0000-\\u001F\\u007F-\\u009F]*$',
};

/** A literal of an open enum: the known ones for completion, any other string as peers may send it. */
export type OpenLiteral<V extends string> = V | (string & Record<never, never>);

/** A string checked by a pattern, per mode; `expected` completes the sentence "must be …". */
export function pattern(
  name: string,
  max: number,
  expected: string,
  patterns: string | Readonly<Record<Mode, string>>,
): Type<string> {
  return simpleType(name, (mode) => ({
    type: 'string',
    maxLength: max,
    pattern: typeof patterns === 'string' ? patterns : patterns[mode],
    expected,
  }));
}

/** CiString(max): printable ASCII, compared case-insensitively (TYP-07, TYP-09, TYP-11). */
export function ciString(max: number): Type<string> {
  return pattern(`CiString(${max})`, max, `printable ASCII text of at most ${max} characters`, PRINTABLE_ASCII);
}

/** A CiString that names an object: it stands in a URL, so it is not empty. */
export function identifier(max: number): Type<string> {
  return pattern(`CiString(${max})`, max, `printable ASCII text of 1 to ${max} characters`, '^[ -~]+$');
}

/**
 * string(max): printable UTF-8 without control characters, length in characters (TYP-10, TYP-11); a length for each mode
 * where peers are known to send more.
 */
export function string(max: number | Readonly<Record<Mode, number>>): Type<string> {
  const most = typeof max === 'number' ? { received: max, own: max } : max;
  return simpleType(`string(${most.own})`, (mode) => ({
    type: 'string',
    maxLength: most[mode],
    pattern: PRINTABLE[mode],
    expected: `text of at most ${most[mode]} characters without control characters`,
  }));
}

/** Country of a party: ISO 3166-1 alpha-2 (TYP-18). */
export const countryCode = pattern(
  'CiString(2)',
  2,
  'a country code of two letters (ISO 3166-1 alpha-2)',
  '^[A-Za-z]{2}$',
);

/** Party: the three characters of ISO 15118; from peers shorter ones pass (TYP-19). */
export const partyId = pattern('CiString(3)', 3, 'a party id of three letters or digits (ISO 15118)', {
  received: '^[A-Za-z0-9]{1,3}$',
  own: '^[A-Za-z0-9]{3}$',
});

/** Currency: ISO 4217 (TYP-18). */
export const currency = pattern('string(3)', 3, 'a currency of three capital letters (ISO 4217)', {
  received: '^[A-Za-z]{3}$',
  own: '^[A-Z]{3}$',
});

/** HH:MM, 00:00 to 23:59 (TAR-21, LOC-50). */
export const timeOfDay = pattern('HH:MM', 5, 'a time HH:MM from 00:00 to 23:59', '^(?:[01][0-9]|2[0-3]):[0-5][0-9]$');

/** DateTime: UTC, at most 25 characters in what we emit, longer fractions accepted (TYP-01 to TYP-06). */
export const dateTime: Type<string> = simpleType('DateTime', (mode) => ({
  type: 'string',
  maxLength: mode === 'own' ? 25 : 64,
  format: 'ocpi-date-time',
  expected: 'a DateTime in UTC such as 2026-06-07T18:40:07Z',
}));

/** A local calendar date YYYY-MM-DD (TAR-21). */
export const date: Type<string> = simpleType('date', {
  type: 'string',
  format: 'ocpi-date',
  expected: 'a date YYYY-MM-DD',
});

/** URL: absolute, at most 255 characters (TYP-16). */
export const url: Type<string> = simpleType('URL', (mode) => ({
  type: 'string',
  maxLength: 255,
  format: mode === 'own' ? 'ocpi-http-url' : 'ocpi-url',
  expected: `an absolute ${mode === 'own' ? 'http(s) ' : ''}URL of at most 255 characters`,
}));

/** number: a JSON number, never quoted (TYP-13, TYP-14). */
export const number: Type<number> = simpleType('number', { type: 'number', expected: 'a number' });

/** boolean: `true` or `false`. */
export const boolean: Type<boolean> = simpleType('boolean', { type: 'boolean', expected: 'true or false' });

/** int: a whole number (TYP-15), within limits where the specification sets some. */
export function int(limits: { readonly min?: number; readonly max?: number } = {}): Type<number> {
  const { min, max } = limits;
  const range = `${min === undefined ? '' : ` from ${min}`}${max === undefined ? '' : ` up to ${max}`}`;
  return simpleType('int', {
    type: 'integer',
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
    expected: `a whole number${range}`,
  });
}

const SHOWN_LITERALS = 10;

function literals(name: string, values: readonly string[]): JsonSchema {
  const more = values.length > SHOWN_LITERALS ? `, … (${name} has ${values.length} literals)` : '';
  return {
    type: 'string',
    enum: [...values],
    expected: `one of ${values.slice(0, SHOWN_LITERALS).join(', ')}${more}`,
  };
}

/** A closed enum: unknown literals are refused in both modes; literals are case-sensitive (TYP-12). */
export function enumOf<const V extends string>(name: string, values: readonly V[]): Type<V> {
  return simpleType(name, literals(name, values));
}

/** An open enum: unknown literals of peers are tolerated, our own must be of the list (LOC-64, TRN-41, AMB-28). */
export function openEnumOf<const V extends string>(name: string, values: readonly V[]): Type<OpenLiteral<V>> {
  const anyLiteral = { type: 'string', maxLength: 255, pattern: '^[ -~]+$', expected: `a literal of ${name}` };
  return simpleType(name, (mode) => (mode === 'own' ? literals(name, values) : anyLiteral));
}
