const DATE_TIME = /^\d{4}-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z?$/;
const DATE = /^\d{4}-(\d\d)-(\d\d)$/;
const ABSOLUTE_URL = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/\S+$/;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isCalendarDay(text: string, match: RegExpExecArray | null): boolean {
  if (match === null) return false;
  const month = Number(match[1]);
  const day = Number(match[2]);
  if (day < 1 || day > (DAYS_IN_MONTH[month - 1] ?? 0)) return false;
  if (month !== 2 || day < 29) return true;
  const year = Number(text.slice(0, 4));
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/**
 * Whether the text is an OCPI DateTime: UTC with `Z` or without designator, with or without fraction (TYP-01).
 * A numeric offset is none (TYP-03). The number of fraction digits is not limited here (TYP-05).
 */
export function isDateTime(text: string): boolean {
  return isCalendarDay(text, DATE_TIME.exec(text));
}

/** Whether the text is a calendar date YYYY-MM-DD (TAR-21). */
export function isDate(text: string): boolean {
  return isCalendarDay(text, DATE.exec(text));
}

/** Whether the text is an absolute URL of any scheme (TYP-16). */
export function isAbsoluteUrl(text: string): boolean {
  return ABSOLUTE_URL.test(text);
}

/** Whether the text is an absolute http or https URL that a client can call. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && !/\s/.test(text) && URL.canParse(text);
}
