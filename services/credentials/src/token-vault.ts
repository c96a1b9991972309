import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { hashToken } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import type { SealingConfig } from './config';

/** A token of ours, just made: the text goes to the peer, hash and seal into the store. */
export interface IssuedToken {
  readonly token: string;
  readonly hash: string;
  readonly sealed: string;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** 43 characters in base64url; CRD-29 allows 64. */
const TOKEN_BYTES = 32;

/**
 * Makes, hashes and seals tokens. A sealed token is `<key id>.<base64url of nonce, tag and ciphertext>`, bound to its
 * peer: moved to another peer's document it does not open. GET credentials has to return tokens, so hashes alone would
 * not do (CRD-19).
 */
export class TokenVault {
  readonly #hashKey: string;
  readonly #keyId: string;
  readonly #keys: ReadonlyMap<string, Buffer>;

  /** Throws config.invalid where a key is not 32 bytes, or the key to seal with is missing. */
  constructor(hashKey: string, sealing: SealingConfig) {
    this.#hashKey = hashKey;
    this.#keyId = sealing.keyId;
    this.#keys = new Map(Object.entries(sealing.keys).map(([id, text]) => [id, readKey(id, text)]));
    if (!this.#keys.has(sealing.keyId)) {
      throw new RoamgridError(
        'config.invalid',
        `sealing.keyId: no key "${sealing.keyId}" among ${[...this.#keys.keys()].join(', ')}`,
      );
    }
  }

  /** A new random token for a peer. */
  issue(peerId: string): IssuedToken {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    return { token, hash: hashToken(this.#hashKey, token), sealed: this.seal(token, peerId) };
  }

  seal(token: string, peerId: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key(this.#keyId), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(peerId));
    const body = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
    return `${this.#keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /** The token; throws where the key is gone, or the text was sealed for another peer or changed since. */
  open(sealed: string, peerId: string): string {
    const keyId = keyIdOf(sealed);
    const bytes = Buffer.from(sealed.slice(keyId.length + 1), 'base64url');
    const decipher = createDecipheriv(ALGORITHM, this.#key(keyId), bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(peerId));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  }

  /** The same token under the key that seals now; the text itself where it already is. */
  reseal(sealed: string, peerId: string): string {
    return keyIdOf(sealed) === this.#keyId ? sealed : this.seal(this.open(sealed, peerId), peerId);
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key) return key;
    throw new RoamgridError('config.invalid', `sealing.keys: "${id}" is missing, but tokens are still sealed with it`);
  }
}

function keyIdOf(sealed: string): string {
  return sealed.slice(0, sealed.indexOf('.'));
}

function readKey(id: string, text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new RoamgridError(
    'config.invalid',
    `sealing.keys.${id}: expected Base64 of ${KEY_BYTES} bytes, found ${key.length} bytes`,
  );
}
