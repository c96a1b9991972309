/** `Link: <url>; rel="next"` for a page that is not the last (PAG-10). */
export function nextLink(url: string): string {
  return `<${url}>; rel="next"`;
}

/** A parameter of an entry: its name, then its value with or without quotes (RFC 8288). */
const PARAMETER = String.raw`;\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?`;
const ENTRY = new RegExp(String.raw`<([^>]*)>((?:\s*${PARAMETER})*)`, 'g');
const PARAMETERS = new RegExp(PARAMETER, 'g');

/** The URL of the `rel="next"` entry of a Link header, whatever else the header lists; undefined when there is none (PAG-25). */
export function parseNextLink(header: string | undefined): string | undefined {
  for (const [, url, parameters = ''] of (header ?? '').matchAll(ENTRY)) {
    for (const [, name = '', quoted, bare] of parameters.matchAll(PARAMETERS)) {
      const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/);
      if (name.toLowerCase() === 'rel' && relations.includes('next')) return url;
    }
  }
  return undefined;
}
