import type { ConversationDeclaration, RequestKind } from '@roamgrid/modules';
import { describeProblems, type ObjectSchema, withoutNulls } from '@roamgrid/modules';
import type { JsonObject } from '@roamgrid/object-service';
import { partyKey, type Party } from '@roamgrid/ocpi';
import type { EgressPolicy, OcpiClient } from '@roamgrid/ocpi-client';
import { RoamgridError, type Caller, type Clock, type Logger, type Peer, type PeerDirectory } from '@roamgrid/runtime';
import type { ConversationConfig } from './conversation-config';
import type { ConversationDocument } from './conversation-document';
import type { ConversationHooks } from './conversation-hooks';
import type { ConversationStore } from './conversation-store';

/** What both sides of a conversation work with. */
export interface TalkContext {
  readonly module: ConversationDeclaration;
  readonly config: ConversationConfig;
  readonly store: ConversationStore;
  readonly hooks: ConversationHooks;
  readonly directory: Pick<PeerDirectory, 'complete' | 'peer' | 'peers' | 'platform'>;
  readonly client: OcpiClient;
  readonly egress: EgressPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

/** Throws object.invalid with what is wrong. */
export function requireValid(schema: ObjectSchema, mode: 'own' | 'received', value: unknown): void {
  const verdict = schema.put[mode](value);
  if (!verdict.ok) throw new RoamgridError('object.invalid', `${schema.name}: ${describeProblems(verdict.problems)}`);
}

/** What our own systems write, rid of its nulls (TRN-38). Throws object.invalid. */
export function ownValue(schema: ObjectSchema, value: JsonObject): JsonObject {
  const written = withoutNulls(value);
  requireValid(schema, 'own', written);
  return written;
}

/** The kind of that name. Throws route.unknown. */
export function kindOf({ requests, id }: ConversationDeclaration, name: string): RequestKind {
  const kind = requests.find((each) => each.name === name);
  if (!kind) throw new RoamgridError('route.unknown', `${id} has no ${name}`);
  return kind;
}

/** The party of a caller that asks: one with a role that may. Throws party.role_missing (ROL-12). */
export function counterpartOf({ id, asks }: ConversationDeclaration, { roles }: Caller): Party {
  const wanted: readonly string[] = asks;
  const found = roles.find(({ role }) => wanted.includes(role));
  if (!found) throw new RoamgridError('party.role_missing', `${id} are for the roles ${asks.join(', ')}`);
  const { country_code, party_id } = found;
  return { country_code, party_id };
}

/** A peer that is not heard of is gone only once all have been heard of. Throws unavailable before. */
export function knownPeer(directory: Pick<PeerDirectory, 'complete' | 'peer'>, id: string): Peer | undefined {
  const peer = directory.peer(id);
  if (peer === undefined && !directory.complete) throw new RoamgridError('unavailable', 'the directory of peers is not here yet');
  return peer;
}

/** The registered peer that speaks for a party in a role. Throws peer.unknown, unavailable. */
export function peerOf(directory: Pick<PeerDirectory, 'complete' | 'peers'>, party: Party, role: string): Peer {
  const key = partyKey(party);
  const found = directory.peers().find(({ state, roles }) => state === 'registered' && roles.some((each) => each.role === role && partyKey(each) === key));
  if (!found && !directory.complete) throw new RoamgridError('unavailable', 'the directory of peers is not here yet');
  if (!found) throw new RoamgridError('peer.unknown', `no registered peer speaks for the ${role} ${key}`);
  return found;
}

/** Our party in a conversation. */
export function partyOf({ state }: ConversationDocument): Party {
  const [country_code = '', party_id = ''] = state.names;
  return { country_code, party_id };
}
