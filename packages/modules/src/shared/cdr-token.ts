import { ciString, countryCode, identifier, object, one, partyId, type Static } from '../schema';
import type { Token } from '../tokens/schema';
import { TokenType } from './token-type';

/** A Token as it stands in a Session or CDR, with the party that owns it (SES-31). */
export const CdrToken = object('CdrToken', {
  country_code: one(countryCode),
  party_id: one(partyId),
  uid: one(identifier(36)),
  type: one(TokenType),
  contract_id: one(ciString(36)),
});
export type CdrToken = Static<typeof CdrToken>;

/** A Token as it stands in a Session or CDR. */
export function cdrTokenOf({ country_code, party_id, uid, type, contract_id }: Token): CdrToken {
  return { country_code, party_id, uid, type, contract_id };
}

/** Whom a Session or CDR is for: the party whose Token was used (SES-22, CDR-40). */
export function audienceOfToken(object: Readonly<Record<string, unknown>>): readonly { country_code: string; party_id: string }[] {
  const { country_code, party_id } = object['cdr_token'] as CdrToken;
  return [{ country_code, party_id }];
}
