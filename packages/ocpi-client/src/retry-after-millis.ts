/**
 * How long a Retry-After header asks to wait, in milliseconds from `now`; both forms, seconds and HTTP date. Undefined
 * when there is none or it cannot be read; 0 when the moment has passed.
 */
export function retryAfterMillis(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const instant = /^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}
