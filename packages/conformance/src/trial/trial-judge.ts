import { partyKey, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { PeerReply } from '../peer/recorded-request';
import type { TrialRequest } from './trial-asked';
import type { TrialPlatform } from './trial-platform';

const NEEDS: Readonly<Record<string, string>> = { RESERVE_NOW: 'RESERVABLE', START_SESSION: 'REMOTE_START_STOP_CAPABLE', UNLOCK_CONNECTOR: 'UNLOCK_CAPABLE' };

/** What a request of a peer is answered with at once: a literal, or an error. */
export function judgeRequest(platform: TrialPlatform, asked: TrialRequest): PeerReply | string {
  if (asked.module.id === 'chargingprofiles') return judgeProfile(platform, asked);
  if (asked.kind.name === 'STOP_SESSION') return judgeStop(platform, asked);
  return asked.kind.name === 'CANCEL_RESERVATION' ? 'ACCEPTED' : judgePlaced(platform, asked);
}

function judgePlaced(platform: TrialPlatform, { kind, request, counterpart }: TrialRequest): PeerReply | string {
  const { defects, locations } = platform;
  const location = locations.own.find((each) => each['id'] === request['location_id']);
  if (!location) return defects.has('an unknown Location is 1000') ? 'REJECTED' : { status: 2003 };
  const { evse_uid: uid, connector_id: connector } = request;
  const evses = listField(location, 'evses').filter((evse) => uid === undefined || field(evse, 'uid') === uid);
  const plugs = evses.flatMap((evse) => listField(evse, 'connectors')).map((each) => field(each, 'id'));
  if (evses.length === 0 || (connector !== undefined && !plugs.includes(connector))) return 'REJECTED';
  if (!isTokenGood(platform, field(request, 'token'), counterpart)) return 'REJECTED';
  if (kind.name === 'RESERVE_NOW' && Date.parse(String(request['expiry_date'])) < Date.now()) return 'REJECTED';
  return defects.has('capabilities are ignored') ? 'ACCEPTED' : judgeEvses(evses, kind.name, connector);
}

function judgeEvses(evses: readonly unknown[], command: string, connector: unknown): string {
  if (!evses.some((evse) => listField(evse, 'capabilities').includes(NEEDS[command]))) return 'NOT_SUPPORTED';
  const needsPlug = evses.every((evse) => listField(evse, 'capabilities').includes('START_SESSION_CONNECTOR_REQUIRED'));
  return needsPlug && connector === undefined ? 'REJECTED' : 'ACCEPTED';
}

function isTokenGood({ defects, tokens }: TrialPlatform, token: unknown, counterpart: Party): boolean {
  if (!isJsonObject(token)) return true;
  if (!isOwnedBy(token, counterpart) && !defects.has('any Token will do')) return false;
  if (defects.has('Tokens of commands are kept')) tokens.take(token);
  return !defects.has('Tokens of commands are looked up') || tokens.receivedBy((each) => each['uid'] === token['uid']) !== undefined;
}

function judgeStop({ defects, sessions }: TrialPlatform, { request, counterpart }: TrialRequest): PeerReply | string {
  const session = sessions.own.find((each) => each['id'] === request['session_id']);
  const isTheirs = session && (isOf(session, counterpart) || defects.has('Sessions of others are open'));
  if (!session || !isTheirs) return defects.has('an unknown Session is 404') ? { http: 404, status: 2001 } : 'UNKNOWN_SESSION';
  return session['status'] === 'COMPLETED' ? 'REJECTED' : 'ACCEPTED';
}

function judgeProfile({ defects, locations, sessions }: TrialPlatform, { request, counterpart, peer }: TrialRequest): PeerReply | string {
  const session = sessions.own.find((each) => each['id'] === request['session_id']);
  if (!session) return defects.has('an unknown Session is 404') ? { http: 404, status: 2001 } : 'UNKNOWN_SESSION';
  const isTheirs = isOf(session, counterpart) || peer.contracted === true || defects.has('Sessions of others are open');
  if (!isTheirs || session['status'] === 'COMPLETED') return 'REJECTED';
  const evses = locations.own.filter((each) => each['id'] === session['location_id']).flatMap((each) => listField(each, 'evses'));
  const evse = evses.find((each) => field(each, 'uid') === session['evse_uid']);
  const isCapable = listField(evse, 'capabilities').includes('CHARGING_PROFILE_CAPABLE') || defects.has('capabilities are ignored');
  return isCapable ? 'ACCEPTED' : 'NOT_SUPPORTED';
}

function isOf(session: JsonObject, party: Party): boolean {
  return isOwnedBy(session['cdr_token'], party);
}

function isOwnedBy(token: unknown, party: Party): boolean {
  const text = (name: string): string => textField(token, name) ?? '';
  return partyKey({ country_code: text('country_code'), party_id: text('party_id') }) === partyKey(party);
}
