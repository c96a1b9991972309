import { createHmac } from 'node:crypto';

/**
 * `Authorization: Token …` for an outbound call: Base64 of the UTF-8 bytes, padded (TRN-03); raw for old peers (TRN-07),
 * the scheme in another case for those that compare it letter by letter (TRN-08).
 */
export function authorizationHeader(token: string, encoding: 'base64' | 'raw' = 'base64', scheme = 'Token'): string {
  return `${scheme} ${encoding === 'raw' ? token : Buffer.from(token, 'utf8').toString('base64')}`;
}

const CREDENTIALS_TOKEN = /^[\x21-\x7e]{1,64}$/;

/** A credentials token as CRD-29 wants it: 1 to 64 characters of U+0021–U+007E. */
export function isCredentialsToken(token: string): boolean {
  return CREDENTIALS_TOKEN.test(token);
}

/**
 * The tokens that an inbound `Authorization` header may mean, most likely first: the Base64-decoded one, less a trailing
 * line end (TRN-04, TRN-05), then the text as it stands (TRN-06: a raw token can itself look like Base64, so both are
 * offered). Scheme in any case, white space trimmed (TRN-08). Empty when the header is missing or of another scheme.
 */
export function tokenCandidates(header: string | undefined): string[] {
  const match = /^\s*token\s+(\S+)\s*$/i.exec(header ?? '');
  const text = match?.[1];
  if (text === undefined) return [];
  const decoded = Buffer.from(text, 'base64').toString('utf8').replace(/\r?\n$/, '');
  return [...new Set([decoded, text])].filter(isCredentialsToken);
}

/**
 * The keyed hash (HMAC-SHA256, hex) by which a credentials token is looked up (CRD-43): who reads the store can not use
 * what stands there, and a look-up takes the same time whatever the token is.
 */
export function hashToken(key: string, token: string): string {
  return createHmac('sha256', key).update(token, 'utf8').digest('hex');
}
