import { countryCode, object, one, partyId, simpleType, some, url, type Static } from '../schema';
import { BusinessDetails } from '../shared/business-details';
import { Role } from '../shared/role';

/** Secret for calling the one who sends it: 1 to 64 visible ASCII characters (CRD-29). */
const token = simpleType<string>('token', {
  type: 'string',
  maxLength: 64,
  pattern: '^[!-~]+$',
  expected: '1 to 64 printable ASCII characters without blanks',
  secret: true,
});

export const CredentialsRole = object('CredentialsRole', {
  role: one(Role),
  business_details: one(BusinessDetails),
  party_id: one(partyId),
  country_code: one(countryCode),
});
export type CredentialsRole = Static<typeof CredentialsRole>;

/** CRD-29 to CRD-31. */
export const Credentials = object('Credentials', {
  token: one(token),
  url: one(url),
  roles: some(CredentialsRole),
});
export type Credentials = Static<typeof Credentials>;
