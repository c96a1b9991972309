import type { WantedRequest } from '@roamgrid/conversation-service';
import type { Token } from '@roamgrid/modules';
import { readOwn, type JsonObject } from '@roamgrid/object-service';
import { partyKey } from '@roamgrid/ocpi';
import { RoamgridError, type Client, type ObjectsCalls } from '@roamgrid/runtime';

type Completed = { readonly request: JsonObject; readonly openUntil?: Date };

/**
 * A command of our own systems: only with a Token of the party that asks (CMD-25), whole, or named by `uid` and `type` where
 * we have it; one that was never published, of an ad-hoc user say, stands there whole. Throws object.invalid,
 * authorization.token_unknown, party.not_yours.
 */
export async function completeCommand(tokens: Pick<Client<ObjectsCalls>, 'Get'>, wanted: WantedRequest): Promise<Completed> {
  const { request, from, kind } = wanted;
  if (!Object.hasOwn(kind.schema.type.fields, 'token')) return { request };
  const token = isNamed(request['token']) ? await readToken(tokens, wanted, request['token']) : (request['token'] as Token);
  const owner = token as Partial<Token> | null | undefined;
  if (owner?.country_code !== undefined && owner.party_id !== undefined && partyKey({ country_code: owner.country_code, party_id: owner.party_id }) !== partyKey(from)) {
    throw new RoamgridError('party.not_yours', `the token is of ${owner.country_code}*${owner.party_id}, not of ${partyKey(from)}`);
  }
  const expiry = new Date(String(request['expiry_date']));
  return { request: { ...request, token }, ...(!Number.isNaN(expiry.getTime()) && { openUntil: expiry }) };
}

interface NamedToken {
  readonly uid: string;
  readonly type?: string;
}

function isNamed(token: unknown): token is NamedToken {
  if (typeof token !== 'object' || token === null || !('uid' in token) || typeof token.uid !== 'string') return false;
  return Object.keys(token).every((field) => field === 'uid' || field === 'type');
}

async function readToken(tokens: Pick<Client<ObjectsCalls>, 'Get'>, { from }: WantedRequest, { uid, type = 'RFID' }: NamedToken): Promise<Token> {
  const token = await readOwn<Token>(tokens, '2.2.1', [from], [uid, type]);
  if (!token) throw new RoamgridError('authorization.token_unknown', `${partyKey(from)} has no token ${uid} of type ${type}`);
  if (!token.valid) throw new RoamgridError('object.not_capable', `token ${uid} of type ${type} is not valid`);
  return token;
}
