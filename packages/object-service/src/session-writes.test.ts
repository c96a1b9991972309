import { sessions, type ModuleDeclaration } from '@roamgrid/modules';
import { type RoamgridError, type ObjectPath } from '@roamgrid/runtime';
import type { ObjectDocument, Verdict } from '@roamgrid/store';
import { bytesOf, own, peer, stored, T1, T2, T3, T4, type Json } from '../test/samples';
import { checkAudience } from './check-audience';
import { readObject, type WriteScope } from './incoming';
import { judgePatch, judgePut, type Judgement } from './judge-write';

const theirs: WriteScope = { ...peer, module: sessions };
const ours: WriteScope = { ...own, module: sessions };
const path: ObjectPath = { party: { country_code: 'NL', party_id: 'TNM' }, ids: ['S1'], nested: [] };

function period(start: string, kwh = 1): Json {
  return { start_date_time: start, dimensions: [{ type: 'ENERGY', volume: kwh }] };
}

function session(changes: Json = {}): Json {
  return {
    country_code: 'NL', party_id: 'TNM', id: 'S1', start_date_time: T1, kwh: 0, auth_method: 'WHITELIST', location_id: 'L1',
    cdr_token: { country_code: 'DE', party_id: 'ABC', uid: 'U1', type: 'RFID', contract_id: 'C1' }, evse_uid: 'E1', connector_id: '1',
    currency: 'EUR', status: 'ACTIVE', last_updated: T1, ...changes,
  };
}

interface Outcome {
  readonly judgement: Judgement;
  readonly verdict: Verdict;
  /** As it is stored then; undefined where nothing changes. */
  readonly object: Json | undefined;
}

function outcome(judge: (judgement: Judgement) => (present: ObjectDocument) => Verdict, present: Json): Outcome {
  const judgement = { stale: false, nestedCreated: false };
  const verdict = judge(judgement)(stored(present));
  const bytes = verdict.kind === 'store' ? verdict.state.body['v2_2_1'] : undefined;
  return { judgement, verdict, object: bytes && (JSON.parse(bytes.toString()) as Json) };
}

const patched = (present: Json, patch: Json, scope = theirs): Outcome =>
  outcome((judgement) => judgePatch(scope, path, patch, judgement), present);
const put = (present: Json, value: Json, scope = theirs): Outcome =>
  outcome((judgement) => judgePut(scope, readObject(scope, bytesOf(value)), false, judgement), present);
const startsOf = (object: Json | undefined): unknown[] => (object?.['charging_periods'] as Json[]).map((each) => each['start_date_time']);

describe('charging periods', () => {
  it('SES-15 of a PATCH are added to those that are there; none change nothing', () => {
    const first = patched(session(), { charging_periods: [period(T1)], last_updated: T2 }).object ?? {};
    const second = patched(first, { charging_periods: [period(T2), period(T3)], last_updated: T3 }).object ?? {};
    expect([startsOf(first), startsOf(second)]).toEqual([[T1], [T1, T2, T3]]);
    expect(startsOf(patched(second, { charging_periods: [], kwh: 2, last_updated: T4 }).object)).toEqual([T1, T2, T3]);
    expect(patched(session(), { charging_periods: [], kwh: 2, last_updated: T4 }).object).toEqual(session({ kwh: 2, last_updated: T4 }));
  });

  it('SES-18 of a PATCH that comes twice are there once, also when the moment is written in another way', () => {
    const before = session({ charging_periods: [period(T1), period(T2)], last_updated: T2 });
    expect(patched(before, { charging_periods: [period(T2)], last_updated: T2 }).verdict.kind).toBe('keep');
    const again = patched(before, { charging_periods: [period('2026-01-02T10:00:00.000Z', 7)], last_updated: T3 }).object;
    expect(again?.['charging_periods']).toEqual([period(T1), period('2026-01-02T10:00:00.000Z', 7)]);
  });

  it('SES-15 of a PATCH that came too late are news all the same, in their place; nothing else of it is', () => {
    const before = session({ charging_periods: [period(T1), period(T3)], kwh: 9, last_updated: T4 });
    const late = patched(before, { charging_periods: [period(T2)], kwh: 2, last_updated: T2 });
    expect(late.object).toEqual({ ...before, charging_periods: [period(T1), period(T2), period(T3)] });
    expect(late.judgement.stale).toBe(false);
    const nothing = patched(before, { charging_periods: [period(T1)], kwh: 2, last_updated: T2 });
    expect([nothing.verdict.kind, nothing.judgement.stale]).toEqual(['keep', true]);
  });

  it('SES-13 of a PUT replace those that were there; absent clears them', () => {
    const before = session({ charging_periods: [period(T1), period(T2)] });
    expect(startsOf(put(before, session({ charging_periods: [period(T3)], last_updated: T2 })).object)).toEqual([T3]);
    expect(put(before, session({ last_updated: T2 })).object).not.toHaveProperty('charging_periods');
  });
});

describe('a COMPLETED session', () => {
  const completed = session({ status: 'COMPLETED', end_date_time: T2, last_updated: T2, charging_periods: [period(T1)] });

  it('SES-26 refuses a later PATCH, and takes the one that completed it again', () => {
    expect(() => patched(completed, { kwh: 5, last_updated: T3 })).toThrow(expect.objectContaining({ code: 'object.final' }) as RoamgridError);
    expect(patched(completed, { status: 'COMPLETED', last_updated: T2 }).verdict.kind).toBe('keep');
  });

  it('SES-26 takes periods that were sent before it was completed and came after', () => {
    const late = patched({ ...completed, last_updated: T4 }, { charging_periods: [period(T2)], last_updated: T3 });
    expect(startsOf(late.object)).toEqual([T1, T2]);
  });

  it('SES-42 takes what a later PUT of the owner says, and stays completed', () => {
    const late = put(completed, session({ kwh: 12, last_updated: T3 })).object;
    expect(late).toMatchObject({ status: 'COMPLETED', end_date_time: T2, kwh: 12, last_updated: T3 });
    const other = put(completed, { ...completed, kwh: 13, last_updated: T3 });
    expect(other.object).toEqual({ ...completed, kwh: 13, last_updated: T3 });
  });

  it('SES-26 is not begun again by our own systems', () => {
    const present = stored(completed, { origin: 'own' });
    const again = readObject(ours, bytesOf(session({ last_updated: T3 })));
    const judge = judgePut(ours, again, false, { stale: false, nestedCreated: false });
    expect(() => judge(present)).toThrow(expect.objectContaining({ code: 'object.final' }) as RoamgridError);
  });
});

describe('the party whose Token was used', () => {
  const hosted = (party_id: string): WriteScope['caller'] => ({ ...theirs.caller, hosted: [{ country_code: 'de', party_id }] });

  it('CDR-47 must be hosted here for what is sent here', () => {
    expect(() => checkAudience(sessions, hosted('abc'), session())).not.toThrow();
    expect(() => checkAudience(sessions, hosted('XYZ'), session())).toThrow(expect.objectContaining({ code: 'audience.elsewhere' }) as RoamgridError);
  });

  it('may be anybody where nobody is named, and for objects that are for all', () => {
    const { audience: _, ...forAll } = sessions;
    expect(() => checkAudience(sessions, theirs.caller, session())).not.toThrow();
    expect(() => checkAudience(forAll satisfies ModuleDeclaration, hosted('XYZ'), session())).not.toThrow();
  });
});
