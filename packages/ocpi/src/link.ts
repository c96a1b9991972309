/** `Link: <url>; rel="next"` for a page that is not the last (PAG-10). */
export function nextLink(url: string): string {
  return `<${url}>; rel="next"`;
}

/** The URL of the `rel="next"` entry of a Link header, whatever else the header lists; undefined when there is none (PAG-25). */
export function parseNextLink(header: string | undefined): string | undefined {
  for (const match of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[^,;]+)*)/g)) {
    if (/;\s*rel\s*=\s*"?[^"]*\bnext\b[^"]*"?/i.test(match[2] ?? '')) return match[1];
  }
  return undefined;
}
