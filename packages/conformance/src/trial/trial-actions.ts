import { actionOf, type ModuleDeclaration } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import { isOf, isSame } from './trial-page';
import type { TrialPlatform } from './trial-platform';

const INVALID: PeerReply = { status: 2001 };

/** Something that is asked of an object of the platform's own. */
export interface Asked {
  readonly request: RecordedRequest;
  readonly id: string;
  readonly query: URLSearchParams;
  /** Parties of who asks. */
  readonly readers: readonly Party[];
}

/** Answers whether a Token may charge. */
export async function authorize(platform: TrialPlatform, { request, id, query }: Asked): Promise<PeerReply> {
  const { defects } = platform;
  const unread = request.text === '' ? defects.has('authorize needs a body') : request.json === undefined;
  if (unread) return { http: 400, status: 2001 };
  const asked = placeIn(request);
  if (asked && !isValid(platform.tokens.module, 'authorize', asked)) return INVALID;
  const token = tokenOf(platform, id, query.get('type') ?? 'RFID');
  if (!token) return defects.has('unknown Tokens are BLOCKED') ? { data: { allowed: 'BLOCKED' } } : { http: 404, status: 2004 };
  const refused = token['valid'] === false || isOutOfOrder(platform, asked);
  if (refused && defects.has('a refusal is an error')) return { status: 2004 };
  const decision = await decide(platform, refused ? 'BLOCKED' : 'ALLOWED');
  const isOpen = decision.location_needed === true && !defects.has('a missing place is a refusal');
  return isOpen ? { status: 2002 } : { data: infoOf(platform, token, decision, asked) };
}

function placeIn({ json }: RecordedRequest): JsonObject | undefined {
  return isJsonObject(json) && Object.keys(json).length > 0 ? json : undefined;
}

function tokenOf({ defects, tokens }: TrialPlatform, uid: string, type: string): JsonObject | undefined {
  const isAny = defects.has('the type of a Token is ignored');
  return tokens.own.find((each) => isSame(each['uid'], uid) && (isAny || each['type'] === type));
}

interface Decision {
  /** Absent where the place is needed. */
  readonly allowed?: string;
  readonly evse_uids?: readonly unknown[];
  readonly location_needed?: boolean;
}

/** By its backend where it has one. */
async function decide({ backend }: TrialPlatform, allowed: string): Promise<Decision> {
  if (backend === undefined) return { allowed };
  return (await (await fetch(backend, { method: 'POST' })).json()) as Decision;
}

function infoOf({ defects, random }: TrialPlatform, token: JsonObject, { allowed = 'NOT_ALLOWED', evse_uids }: Decision, asked: JsonObject | undefined): JsonObject {
  const isPermitted = (uid: unknown): boolean => !evse_uids || evse_uids.includes(uid) || defects.has('all EVSEs are permitted');
  const permitted = listField(asked, 'evse_uids').filter(isPermitted);
  const reference = defects.has('one reference a Token') ? String(token['contract_id']) : random().slice(0, 36);
  return {
    allowed,
    ...(!defects.has('authorized without the Token') && { token }),
    ...(allowed === 'ALLOWED' && asked && { location: { ...asked, evse_uids: permitted } }),
    authorization_reference: reference,
  };
}

function isOutOfOrder({ defects, locations }: TrialPlatform, asked: JsonObject | undefined): boolean {
  if (!defects.has('the status of an EVSE decides')) return false;
  const evses = listField(locations.receivedBy((each) => each['id'] === asked?.['location_id']), 'evses');
  return evses.some((evse) => field(evse, 'status') === 'OUTOFORDER');
}

/** Takes a driver's preferences for a running Session. */
export function prefer({ defects, sessions, locations, tariffs }: TrialPlatform, { request, id, readers }: Asked): PeerReply {
  const { audience } = sessions.module;
  const isTheirs = (session: JsonObject): boolean =>
    defects.has('the audience is ignored') || (audience?.(session) ?? []).some((party) => readers.some((reader) => isOf({ ...reader }, party)));
  const session = sessions.own.find((each) => isSame(each['id'], id) && isTheirs(each));
  if (!session) return { http: 404, status: 2001 };
  if (!isValid(sessions.module, 'charging_preferences', request.json)) return INVALID;
  const evses = locations.own.filter((each) => isSame(each['id'], session['location_id'])).flatMap((each) => listField(each, 'evses'));
  const evse = evses.find((each) => isSame(field(each, 'uid'), session['evse_uid']));
  const capable = listField(evse, 'capabilities').includes('CHARGING_PREFERENCES_CAPABLE');
  if (!capable) return defects.has('incapable EVSEs are 200') ? { data: 'NOT_POSSIBLE' } : { http: 404, status: 2001 };
  const ids = listField(evse, 'connectors').flatMap((connector) => listField(connector, 'tariff_ids'));
  const types = tariffs.own.filter((tariff) => ids.includes(tariff['id'])).map((tariff) => tariff['type']);
  const result = session['status'] === 'ACTIVE' ? judge(request.json as JsonObject, types) : 'NOT_POSSIBLE';
  if (result !== 'ACCEPTED' && defects.has('only ACCEPTED is a success')) return INVALID;
  return { data: defects.has('preferences are answered by an object') ? { result } : result };
}

function judge({ profile_type, departure_time, energy_need }: JsonObject, types: readonly unknown[]): string {
  const isRegular = profile_type === 'REGULAR';
  if (!types.includes(isRegular ? 'REGULAR' : `PROFILE_${String(profile_type)}`)) return 'PROFILE_TYPE_NOT_SUPPORTED';
  if (isRegular || profile_type === 'FAST') return 'ACCEPTED';
  if (departure_time === undefined) return 'DEPARTURE_REQUIRED';
  return energy_need === undefined ? 'ENERGY_NEED_REQUIRED' : 'ACCEPTED';
}

function isValid(module: ModuleDeclaration, action: string, body: unknown): boolean {
  return actionOf(module, action)?.body.put.received(body).ok === true;
}
