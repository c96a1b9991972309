/**
 * Joins an endpoint URL and path segments with exactly one `/` between them, whether or not the endpoint ends in one
 * (TRN-53), each segment percent-encoded (TRN-56). A query in the endpoint stays at the end.
 */
export function joinUrl(endpoint: string, ...segments: readonly string[]): string {
  const [path = '', query] = splitOnce(endpoint, '?');
  const base = path.replace(/\/+$/, '');
  const tail = segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
  return `${base}${tail}${query === undefined ? '' : `?${query}`}`;
}

/** Adds to the query of a URL; nothing adds nothing. */
export function addQuery(url: string, query: string): string {
  if (query === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
