import { locations, type ModuleDeclaration } from '@roamgrid/modules';
import { objectKey } from '@roamgrid/ocpi';
import { OWN, type ObjectPath } from '@roamgrid/runtime';
import type { Judge, ObjectDocument, Verdict } from '@roamgrid/store';
import type { WriteScope } from '../src/incoming';
import type { Judgement } from '../src/judge-write';

export type Json = Record<string, unknown>;

/** Instants in the order of their names. */
export const T1 = '2026-01-01T10:00:00Z';
export const T2 = '2026-01-02T10:00:00Z';
export const T3 = '2026-01-03T10:00:00Z';
export const T4 = '2026-01-04T10:00:00Z';

export function connector(id: string, changes: Json = {}): Json {
  return {
    id, standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32,
    last_updated: T1, ...changes,
  };
}

export function evse(uid: string, changes: Json = {}): Json {
  return { uid, status: 'AVAILABLE', connectors: [connector('1')], last_updated: T1, ...changes };
}

export function location(changes: Json = {}): Json {
  return {
    country_code: 'NL', party_id: 'TNM', id: 'LOC1', publish: true, address: 'Street 1', city: 'Ghent', country: 'BEL',
    coordinates: { latitude: '51.047599', longitude: '3.729944' }, evses: [evse('E1'), evse('E2')],
    time_zone: 'Europe/Brussels', last_updated: T1, ...changes,
  };
}

/** A platform that speaks for NL*TNM as a CPO. */
export function scopeOf(origin: string, module: ModuleDeclaration = locations): WriteScope {
  return { module, version: '2.2.1', caller: { origin, roles: [{ role: 'CPO', country_code: 'NL', party_id: 'TNM' }] } };
}

export const peer = scopeOf('peer-1');
export const own = scopeOf(OWN);

export function pathTo(...nested: string[]): ObjectPath {
  return { party: { country_code: 'NL', party_id: 'TNM' }, ids: ['LOC1'], nested };
}

export const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** An object as it stands in the store. */
export function stored(value: Json, changes: { origin?: string; deleted?: boolean; bytes?: Buffer; rev?: number } = {}): ObjectDocument {
  const { origin = 'peer-1', deleted = false, bytes = bytesOf(value), rev = 3 } = changes;
  const names = ['country_code', 'party_id', 'id'].map((field) => String(value[field]));
  const [country_code = '', party_id = '', id = ''] = names;
  return {
    _id: objectKey({ country_code, party_id }, id),
    owner: `${country_code}*${party_id}`.toUpperCase(),
    origin,
    created: new Date(0),
    state: {
      rev, lu: new Date(String(value['last_updated'])), written: new Date(0), deleted, origin, names,
      body: deleted ? {} : { v2_2_1: bytes },
    },
  };
}

export interface Judged {
  readonly kind: Verdict['kind'];
  readonly judgement: Judgement;
  /** The object that is to be stored. */
  readonly object: Json;
  readonly bytes: Buffer | undefined;
  /** Its last_updated as the store will hold it. */
  readonly lu: string | undefined;
  readonly names: readonly string[] | undefined;
}

/** What a judge makes of the present object. */
export function judged(present: ObjectDocument | undefined, make: (judgement: Judgement) => Judge): Judged {
  const judgement: Judgement = { stale: false, nestedCreated: false };
  const verdict = make(judgement)(present);
  const state = verdict.kind === 'store' ? verdict.state : undefined;
  const bytes = state?.body['v2_2_1'];
  return {
    kind: verdict.kind,
    judgement,
    bytes,
    object: bytes ? (JSON.parse(bytes.toString()) as Json) : {},
    lu: state?.lu.toISOString().replace('.000Z', 'Z'),
    names: state?.names,
  };
}

/** The item of a list that has this value in this field. */
export function item(object: Json, list: string, field: string, id: string): Json | undefined {
  return (object[list] as Json[] | undefined)?.find((each) => each[field] === id);
}
