import type { IncomingHttpHeaders } from 'node:http';

/** The key in `Authorization: Bearer …`, else in `X-API-Key`; undefined when there is neither. */
export function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^\s*bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
}
