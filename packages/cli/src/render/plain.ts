/** What would steer a terminal, or turn the direction of text: what partners write is shown here, and must not. */
const STEERING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const STEERINGS = new RegExp(`${STEERING.source}+`, 'gu');
/** The same as far as JSON leaves it in strings; line breaks are its own. */
const LEFT_BY_JSON = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text for one line of a terminal: nothing in it steers the terminal, and it is at most so long. */
export function plain(text: string | null | undefined, longest = 200): string {
  const line = (text ?? '').replace(STEERINGS, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** A value as JSON that steers no terminal either. */
export function jsonText(value: unknown): string {
  const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(LEFT_BY_JSON, escaped);
}
