import { CONFIGURED, type ApiKey, type Right } from './api-key';

/** A key as it is configured: the SHA-256 of it in hex, and whether it has all rights or may only read and write. */
export interface ApiKeyConfig {
  readonly name: string;
  readonly sha256: string;
  readonly admin: boolean;
}

const ADMIN: readonly Right[] = ['admin'];
const ORDINARY: readonly Right[] = ['read', 'write'];

/** The configured keys by the hash of each, in lower-case hex. They hold for all parties and modules. */
export function configuredKeys(configs: readonly ApiKeyConfig[]): ReadonlyMap<string, ApiKey> {
  return new Map(
    configs.map(({ name, sha256, admin }) => [
      sha256.toLowerCase(),
      { id: `${CONFIGURED}${name}`, name, rights: new Set(admin ? ADMIN : ORDINARY) },
    ]),
  );
}
