import { addressQuery, AllowedType, isOf, tokens, type AuthorizationInfo, type LocationReferences } from '@roamgrid/modules';
import { StatusCode, type Party } from '@roamgrid/ocpi';
import { askPeer, isSuccessful, requireSuccess, type OcpiClient } from '@roamgrid/ocpi-client';
import { RoamgridError, type Peer } from '@roamgrid/runtime';

/** A Token that an eMSP is asked about. */
export interface AskedToken {
  /** uid and type. */
  readonly ids: readonly string[];
  readonly location: LocationReferences | undefined;
  /** The CPO that asks, and the party that is asked where that is known. */
  readonly from: Party | undefined;
  readonly to: Party | undefined;
}

/**
 * Asks an eMSP whether a Token may charge (TOK-03, TOK-18). Undefined where it does not know the Token (TOK-06). Throws
 * authorization.location_needed (TOK-08); peer.unreachable, peer.bad_answer or peer.refused where there was no usable answer.
 */
export async function askEmsp(client: OcpiClient, peer: Peer, asked: AskedToken, timeout: number): Promise<AuthorizationInfo | undefined> {
  const [uid = ''] = asked.ids;
  const answer = await askPeer(client, peer, {
    module: 'tokens',
    method: 'POST',
    path: [uid, 'authorize'],
    query: addressQuery(tokens, asked.ids),
    body: asked.location && Buffer.from(JSON.stringify(asked.location)),
    routing: { from: asked.from, to: asked.to },
    timeout,
  });
  const status = answer.envelope?.status_code;
  if (status === StatusCode.UnknownToken || (answer.httpStatus === 404 && !isSuccessful(answer))) return undefined;
  if (status === StatusCode.NotEnoughInformation) {
    throw new RoamgridError('authorization.location_needed', `peer ${peer.id} wants to know where the Token is to be used`);
  }
  const { data } = requireSuccess(answer);
  if (!isInfo(data)) throw new RoamgridError('peer.bad_answer', `peer ${peer.id} answered with no AuthorizationInfo`);
  return data;
}

/** As much of it as a charge depends on. */
function isInfo(data: unknown): data is AuthorizationInfo {
  return typeof data === 'object' && data !== null && 'allowed' in data && isOf(AllowedType, data.allowed) && 'token' in data;
}
