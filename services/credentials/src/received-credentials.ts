import { credentialsSchema, describeProblems, type Credentials } from '@roamgrid/modules';
import { partyKey } from '@roamgrid/ocpi';
import { RoamgridError, type ErrorCode } from '@roamgrid/runtime';
import type { PeerChanges } from './peer-document';

/** The Credentials object that a peer sent to us. Throws body.malformed or object.invalid (CRD-29 to CRD-32). */
export function readCredentials(json: Buffer): Credentials {
  let value: unknown;
  try {
    value = JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw new RoamgridError('body.malformed', 'the body is no JSON; expected a Credentials object', { cause: error });
  }
  return checkCredentials(value, 'object.invalid', 'Credentials');
}

/** The same check for what stands in a peer's answer; `code` and `what` say whose fault it is and where. */
export function checkCredentials(value: unknown, code: ErrorCode, what: string): Credentials {
  const verdict = credentialsSchema.put.received(value);
  if (!verdict.ok) throw new RoamgridError(code, `${what}: ${describeProblems(verdict.problems)}`);
  return value as Credentials;
}

/** The folded keys of the parties in the roles, each once. */
export function partiesOf(credentials: Credentials): string[] {
  return [...new Set(credentials.roles.map(partyKey))];
}

/** What a Credentials object says about a peer, as stored (CRD-36, CRD-40). */
export function rolesAndClaims(credentials: Credentials): Required<Pick<PeerChanges, 'roles' | 'claims'>> {
  return {
    roles: credentials.roles.map(({ role, country_code, party_id, business_details }) => ({
      role,
      country_code,
      party_id,
      business_details: JSON.stringify(business_details),
    })),
    claims: partiesOf(credentials),
  };
}
