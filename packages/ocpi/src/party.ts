/** A party on the wire: ISO 3166 country and ISO 15118 party id; both compare case-insensitively (TYP-07, ROL-13). */
export interface Party {
  readonly country_code: string;
  readonly party_id: string;
}

/** Case-folds a CiString for comparison and keys. ASCII only, so no locale can interfere (TYP-07, TYP-09). */
export function foldCase(value: string): string {
  return value.toUpperCase();
}

/** `NL*TNM`: the folded key of a party. */
export function partyKey(party: Party): string {
  return foldCase(`${party.country_code}*${party.party_id}`);
}

/** `NL*TNM*LOC1`: the folded key of an object of a party (TRN-72). Further parts are joined with `*` too. */
export function objectKey(party: Party, ...parts: readonly string[]): string {
  return foldCase([party.country_code, party.party_id, ...parts].join('*'));
}

/** The party that an object key names; country codes have two characters and party ids three, so no `*` is ambiguous. */
export function partyOfKey(key: string): Party {
  const [country_code = '', party_id = ''] = key.split('*', 2);
  return { country_code, party_id };
}
