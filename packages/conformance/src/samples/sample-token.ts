import type { CdrToken, Token } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';

/** A valid Token of an eMSP, of a card unless `change` says otherwise. */
export function sampleToken(
  { country_code, party_id }: Party,
  uid: string,
  lastUpdated: string,
  change: Partial<Token> = {},
): Token {
  return {
    country_code,
    party_id,
    uid,
    type: 'RFID',
    contract_id: `C${uid}`.slice(0, 36),
    visual_number: `No. ${uid}`,
    issuer: 'Conformance',
    valid: true,
    whitelist: 'NEVER',
    last_updated: lastUpdated,
    ...change,
  };
}

/** A Token as it stands in a Session or CDR. */
export function cdrTokenOf({ country_code, party_id, uid, type, contract_id }: Token): CdrToken {
  return { country_code, party_id, uid, type, contract_id };
}

/** The token of a driver of an eMSP, as it stands in a Session or CDR, whether a Token of that uid was ever pushed or not. */
export function driverOf(party: Party, uid = 'CF-DRIVER'): CdrToken {
  return cdrTokenOf(sampleToken(party, uid, ''));
}
