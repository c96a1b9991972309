import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A key as it is configured: the SHA-256 of it in hex, and whether it opens the calls about peers. */
export interface ApiKeyConfig {
  readonly name: string;
  readonly sha256: string;
  readonly admin: boolean;
}

/** The keys that open the API. */
export class ApiKeys {
  readonly #keys: readonly { readonly config: ApiKeyConfig; readonly hash: Buffer }[];

  constructor(keys: readonly ApiKeyConfig[]) {
    this.#keys = keys.map((config) => ({ config, hash: Buffer.from(config.sha256, 'hex') }));
  }

  /** The configured key that a caller presents; every key is compared, each in constant time. */
  find(presented: string): ApiKeyConfig | undefined {
    const hash = createHash('sha256').update(presented).digest();
    let found: ApiKeyConfig | undefined;
    for (const key of this.#keys) if (timingSafeEqual(key.hash, hash)) found = key.config;
    return found;
  }
}

/** The key in `Authorization: Bearer …`, else in `X-API-Key`; undefined when there is neither. */
export function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^\s*bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
}
