import { ChargingPreferencesResponse, isOf, type Session } from '@roamgrid/modules';
import { objectKey } from '@roamgrid/ocpi';
import { askPeer, requireSuccess, type OcpiClient } from '@roamgrid/ocpi-client';
import { OWN, RoamgridError, type AskReply, type AskRequest, type PeerDirectory } from '@roamgrid/runtime';
import { bodyOf, versionField, type ObjectDocument, type ObjectStore } from '@roamgrid/store';
import type { PreferenceStore } from '../preferences/preference-store';

export interface AskCpoOptions {
  readonly store: ObjectStore;
  readonly preferences: PreferenceStore;
  readonly directory: Pick<PeerDirectory, 'peers'>;
  readonly client: OcpiClient;
  /** Milliseconds. */
  readonly deadline: number;
}

/**
 * Preferences for a session by the company's own systems. Of a session that a CPO runs the CPO is told, and its answer given
 * (SES-04); of one of ours what drivers want is read. Throws object.unknown, and what asking a peer throws.
 */
export async function askCpo(options: AskCpoOptions, { action, party, ids, json }: AskRequest): Promise<AskReply> {
  if (action !== 'charging_preferences' || !party) throw new RoamgridError('route.unknown', `sessions have no ${action}`);
  const [document] = await options.store.readMany([objectKey(party, ...ids)]);
  if (!document || document.state.deleted) throw new RoamgridError('object.unknown', `sessions: no ${ids.join('/')}`);
  return json.length === 0 ? readPreferences(options, document) : tellCpo(options, document, json);
}

async function readPreferences({ preferences }: AskCpoOptions, { _id, origin }: ObjectDocument): Promise<AskReply> {
  const found = origin === OWN ? await preferences.find(_id) : undefined;
  if (!found) throw new RoamgridError('object.unknown', `sessions: nobody has told preferences for ${_id}`);
  const { preferences: wanted, received } = found;
  return { json: Buffer.from(JSON.stringify({ ...wanted, received: received.toISOString() })), origin, decided: 'store' };
}

async function tellCpo({ directory, client, deadline }: AskCpoOptions, { origin, state }: ObjectDocument, body: Buffer): Promise<AskReply> {
  if (origin === OWN) throw new RoamgridError('party.not_yours', 'preferences for a session of ours are told by the eMSP');
  const peer = directory.peers().find(({ id }) => id === origin);
  if (!peer) throw new RoamgridError('peer.unreachable', `peer ${origin} is not registered any more`);
  const bytes = bodyOf(state, versionField('2.2.1')) ?? Buffer.from('{}');
  const { country_code, party_id, id, cdr_token } = JSON.parse(bytes.toString()) as Session;
  const answer = await askPeer(client, peer, {
    module: 'sessions',
    method: 'PUT',
    path: [id, 'charging_preferences'],
    query: '',
    body,
    routing: { to: { country_code, party_id }, from: { country_code: cdr_token.country_code, party_id: cdr_token.party_id } },
    timeout: deadline,
  });
  const { data } = requireSuccess(answer);
  if (!isOf(ChargingPreferencesResponse, data)) throw new RoamgridError('peer.bad_answer', `peer ${origin} answered with no ChargingPreferencesResponse`);
  return { json: Buffer.from(JSON.stringify(data)), origin, decided: 'cpo' };
}
