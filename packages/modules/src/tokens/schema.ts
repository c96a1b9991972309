import { boolean, ciString, countryCode, dateTime, enumOf, identifier, many, maybe, object, one, partyId, pattern, string, type Static } from '../schema';
import { DisplayText } from '../shared/display-text';
import { ProfileType } from '../shared/profile-type';
import { TokenType } from '../shared/token-type';

/** Whether a CPO may decide by itself (TOK-24 … TOK-27). */
export const WhitelistType = enumOf('WhitelistType', ['ALWAYS', 'ALLOWED', 'ALLOWED_OFFLINE', 'NEVER']);
export type WhitelistType = Static<typeof WhitelistType>;

export const AllowedType = enumOf('AllowedType', ['ALLOWED', 'BLOCKED', 'EXPIRED', 'NO_CREDIT', 'NOT_ALLOWED']);
export type AllowedType = Static<typeof AllowedType>;

export const EnergyContract = object('EnergyContract', { supplier_name: one(string(64)), contract_id: maybe(string(64)) });
export type EnergyContract = Static<typeof EnergyContract>;

export const LocationReferences = object('LocationReferences', {
  location_id: one(identifier(36)),
  evse_uids: many(ciString(36)),
});
export type LocationReferences = Static<typeof LocationReferences>;

const language = pattern('string(2)', 2, 'a language of two letters (ISO 639-1)', '^[A-Za-z]{2}$');

export const Token = object('Token', {
  country_code: one(countryCode),
  party_id: one(partyId),
  uid: one(identifier(36)),
  type: one(TokenType),
  contract_id: one(ciString(36)),
  visual_number: maybe(string(64)),
  issuer: one(string(64)),
  group_id: maybe(ciString(36)),
  valid: one(boolean),
  whitelist: one(WhitelistType),
  language: maybe(language),
  default_profile_type: maybe(ProfileType),
  energy_contract: maybe(EnergyContract),
  last_updated: one(dateTime),
});
export type Token = Static<typeof Token>;

export const AuthorizationInfo = object('AuthorizationInfo', {
  allowed: one(AllowedType),
  token: one(Token),
  location: maybe(LocationReferences),
  authorization_reference: maybe(ciString(36)),
  info: maybe(DisplayText),
});
export type AuthorizationInfo = Static<typeof AuthorizationInfo>;
