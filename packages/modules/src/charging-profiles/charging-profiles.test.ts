import { requestKind } from '../define-conversation';
import type { ObjectSchema } from '../schema';
import { chargingProfiles } from './index';

type Json = Readonly<Record<string, unknown>>;

const url = { response_url: 'https://emsp.example/ocpi/replies/1' };
const period = (start_period: unknown, limit: unknown): Json => ({ start_period, limit });
const profile: Json = {
  ...{ start_date_time: '2026-06-01T12:00:00Z', duration: 7_200, charging_rate_unit: 'A', min_charging_rate: 6.5 },
  charging_profile_period: [period(0, 16), period(600, 10.5)],
};
const active: Json = { start_date_time: '2026-06-01T12:05:00Z', charging_profile: profile };

function problems(schema: ObjectSchema | undefined, value: unknown): string[] {
  const verdict = schema?.put.received(value);
  if (!verdict) throw new Error('no such schema');
  return verdict.ok ? [] : verdict.problems.map(({ path }) => path);
}

const request = (name: string): ObjectSchema => requestKind(chargingProfiles, name).schema;
const result = (name: string): ObjectSchema => requestKind(chargingProfiles, name).result;
const set = (changed: unknown): string[] => problems(request('SET'), { session_id: 'S1', ...url, charging_profile: changed });
const notice = (value: Json): string[] => problems(chargingProfiles.notices[0]?.schema, { session_id: 'S1', ...value });

describe('requests for charging profiles', () => {
  it('CHP-05 GET needs duration, in whole seconds, and response_url; DELETE response_url', () => {
    const get = { session_id: 'S1', duration: 900, ...url };
    expect(problems(request('GET'), get)).toEqual([]);
    expect(problems(request('GET'), { session_id: 'S1', ...url })).toEqual(['/duration']);
    expect(problems(request('GET'), { session_id: 'S1', duration: 900 })).toEqual(['/response_url']);
    for (const duration of ['900', 1.5, -1]) expect(problems(request('GET'), { ...get, duration })).toEqual(['/duration']);
    expect(problems(request('CLEAR'), { session_id: 'S1', ...url })).toEqual([]);
    expect(problems(request('CLEAR'), { session_id: 'S1' })).toEqual(['/response_url']);
  });

  it('CHP-17 charging_rate_unit is W or A', () => {
    for (const charging_rate_unit of ['W', 'A']) expect(set({ ...profile, charging_rate_unit })).toEqual([]);
    for (const charging_rate_unit of ['kW', 'w', undefined]) expect(set({ ...profile, charging_rate_unit })).toEqual(['/charging_profile/charging_rate_unit']);
  });

  it('CHP-18 limits have at most one decimal, start_period is a whole number', () => {
    for (const limit of [0, 16, 16.1, 0.3, 32_767.9]) expect(set({ ...profile, charging_profile_period: [period(0, limit)] })).toEqual([]);
    for (const limit of [16.15, 0.05, '16']) {
      expect(set({ ...profile, charging_profile_period: [period(0, limit)] })).toEqual(['/charging_profile/charging_profile_period/0/limit']);
    }
    expect(set({ ...profile, min_charging_rate: 6.25 })).toEqual(['/charging_profile/min_charging_rate']);
    expect(set({ ...profile, charging_profile_period: [period(0.5, 16)] })).toEqual(['/charging_profile/charging_profile_period/0/start_period']);
  });

  it('CHP-19 start_date_time and duration may be absent', () => {
    expect(set({ charging_rate_unit: 'A', charging_profile_period: [period(0, 16)] })).toEqual([]);
    expect(set({ ...profile, start_date_time: null, duration: null, min_charging_rate: null })).toEqual([]);
    expect(set({ ...profile, duration: 10.5 })).toEqual(['/charging_profile/duration']);
  });

  it('CHP-21 the first period begins at 0, each next one after the one before', () => {
    const at = (index: number): string[] => [`/charging_profile/charging_profile_period/${index}/start_period`];
    expect(set({ ...profile, charging_profile_period: [period(60, 16)] })).toEqual(at(0));
    expect(set({ ...profile, charging_profile_period: [period(0, 16), period(600, 8), period(300, 4)] })).toEqual(at(2));
    expect(set({ ...profile, charging_profile_period: [period(0, 16), period(0, 8)] })).toEqual(at(1));
  });
});

describe('answers to requests for charging profiles', () => {
  it.each(['ACCEPTED', 'NOT_SUPPORTED', 'REJECTED', 'TOO_OFTEN', 'UNKNOWN_SESSION'])('CHP-07 %s has a timeout, in whole seconds', (literal) => {
    expect(problems(chargingProfiles.response, { result: literal, timeout: 30 })).toEqual([]);
    expect(problems(chargingProfiles.response, { result: literal })).toEqual(['/timeout']);
    expect(problems(chargingProfiles.response, { result: literal, timeout: '30' })).toEqual(['/timeout']);
  });

  it.each(['TIMEOUT', 'UNKNOWN'])('CHP-07 %s is no response', (literal) => {
    expect(problems(chargingProfiles.response, { result: literal, timeout: 30 })).toEqual(['/result']);
  });

  it.each(['SET', 'GET', 'CLEAR'])('CHP-11 the result of %s is ACCEPTED, REJECTED or UNKNOWN', (name) => {
    for (const literal of ['REJECTED', 'UNKNOWN', chargingProfiles.silent]) expect(problems(result(name), { result: literal })).toEqual([]);
    for (const literal of ['TIMEOUT', 'TOO_OFTEN', 'FAILED']) expect(problems(result(name), { result: literal })).toEqual(['/result']);
  });

  it('CHP-10 an ACCEPTED GET says the profile; SET and CLEAR have none to say', () => {
    expect(problems(result('GET'), { result: 'ACCEPTED', profile: active })).toEqual([]);
    expect(problems(result('GET'), { result: 'ACCEPTED' })).toEqual(['/profile']);
    expect(problems(result('GET'), { result: 'ACCEPTED', profile: null })).toEqual(['/profile']);
    for (const name of ['SET', 'CLEAR']) expect(problems(result(name), { result: 'ACCEPTED' })).toEqual([]);
  });

  it('CHP-20 an ActiveChargingProfile says when it was calculated, beside what the profile itself says', () => {
    expect(notice(active)).toEqual([]);
    expect(notice({ charging_profile: profile })).toEqual(['/start_date_time']);
    expect(problems(result('GET'), { result: 'ACCEPTED', profile: { charging_profile: profile } })).toEqual(['/profile/start_date_time']);
  });

  it('CHP-16 what our own systems tell has a limit at any time; what a peer tells need not', () => {
    const told = chargingProfiles.notices[0]?.schema.put;
    for (const empty of [{ charging_rate_unit: 'A' }, { charging_rate_unit: 'A', charging_profile_period: [] }]) {
      const verdict = told?.own({ session_id: 'S1', ...active, charging_profile: empty });
      expect(verdict).toMatchObject({ ok: false, problems: [{ path: '/charging_profile/charging_profile_period' }] });
      expect(notice({ ...active, charging_profile: empty })).toEqual([]);
    }
    expect(told?.own({ session_id: 'S1', ...active })).toMatchObject({ ok: true });
  });

  it('CHP-18 CHP-21 of profiles that are told, too', () => {
    const wrong = { ...profile, charging_profile_period: [period(5, 16.25)] };
    const paths = ['start_period', 'limit'].map((name) => `/charging_profile/charging_profile_period/0/${name}`);
    expect(notice({ ...active, charging_profile: wrong })).toEqual(paths);
    expect(problems(result('GET'), { result: 'ACCEPTED', profile: { ...active, charging_profile: wrong } })).toEqual(paths.map((path) => `/profile${path}`));
  });
});
