import type { Location } from '@roamgrid/modules';
import { ApiUnderTest, hosted } from '../../test/api-under-test';
import { driverView, type DriverToken } from './driver-view';
import { isOpenAt } from './opening';

const evse = { uid: 'E1', status: 'AVAILABLE', connectors: [{ id: '1' }] };
const of = (more: object = {}): Location => ({ publish: true, time_zone: 'Europe/Amsterdam', evses: [evse], ...more }) as unknown as Location;
const view = (location: Location, ...tokens: DriverToken[]): unknown =>
  driverView(location, { tokens, at: 0, ownEmsps: new Set(['NL*OWN']), ownerDetails: { name: 'Owner' } });
const shown = { shown: true };
const hidden = { shown: false, reason: 'not_published' };
const unpublished = (...publish_allowed_to: object[]): Location => of({ publish: false, publish_allowed_to });

describe('what a driver may see', () => {
  it('LOC-27 nothing without an EVSE that is not REMOVED', () => {
    for (const evses of [undefined, [], [{ ...evse, status: 'REMOVED' }]]) {
      expect(view(of({ evses }))).toEqual({ shown: false, reason: 'expired' });
    }
  });

  it('LOC-36 an unpublished Location only with a token that it names, without a list nobody', () => {
    expect(view(unpublished({ uid: 'U1', type: 'RFID' }))).toEqual(hidden);
    expect(view(of({ publish: false }), { uid: 'U1', type: 'RFID' })).toEqual(hidden);
    expect(view(unpublished({ uid: 'U1', type: 'RFID' }), { uid: 'u1', type: 'RFID' })).toMatchObject(shown);
  });

  it('LOC-37 all set fields of one entry, never of several', () => {
    const location = unpublished({ visual_number: '1', issuer: 'A' }, { group_id: 'G', issuer: 'B' });
    expect(view(location, { visual_number: '1', issuer: 'B' })).toEqual(hidden);
    expect(view(location, { visual_number: '1', group_id: 'G', issuer: 'C' })).toEqual(hidden);
    expect(view(location, { visual_number: '1' }, { issuer: 'A' })).toEqual(hidden);
    expect(view(location, { group_id: 'g', issuer: 'B' })).toMatchObject({ ...shown, reason: 'token_allowed' });
    expect(view(unpublished({}), { uid: 'U' })).toEqual(hidden);
  });

  it('LOC-40 a session starts with a token of our own only', () => {
    const location = unpublished({ group_id: 'G' });
    const own = { country_code: 'nl', party_id: 'own' };
    expect(view(location, { group_id: 'G' })).toMatchObject({ may_start: false });
    expect(view(location, { group_id: 'G', country_code: 'DE', party_id: 'OWN' })).toMatchObject({ may_start: false });
    expect(view(location, { group_id: 'G' }, { group_id: 'X', ...own })).toMatchObject({ may_start: false });
    expect(view(location, { group_id: 'G', ...own })).toMatchObject({ may_start: true });
  });

  it('LOC-53 CRD-40 names the operator, or else the owner', () => {
    expect(view(of())).toMatchObject({ location: { operator: { name: 'Owner' } } });
    expect(view(of({ operator: { name: 'Operator' } }))).toMatchObject({ location: { operator: { name: 'Operator' } } });
  });

  it('LOC-26 LOC-59 shows no REMOVED EVSE, a status an EVSE and none a Connector', () => {
    const evses = [{ ...evse, status: 'REMOVED' }, { ...evse, uid: 'E2', connectors: [{ id: '1', status: 'CHARGING' }] }];
    const { location } = view(of({ evses })) as { location: Location };
    expect(location.evses).toEqual([{ uid: 'E2', status: 'AVAILABLE', connectors: [{ id: '1' }] }]);
  });

  it('LOC-51 LOC-52 knows when it is open, in local time', () => {
    const opening_times = {
      twentyfourseven: false,
      regular_hours: [{ weekday: 1, period_begin: '08:00', period_end: '20:00' }],
      exceptional_openings: [{ period_begin: '2026-06-07T10:00:00Z', period_end: '2026-06-07T12:00:00Z' }],
      exceptional_closings: [{ period_begin: '2026-06-08T10:00:00Z', period_end: '2026-06-08T11:00:00Z' }],
    };
    const open = (at: string): boolean | undefined => isOpenAt(of({ opening_times }), Date.parse(at));
    const moments = ['06-08T05:59', '06-08T06:00', '06-08T10:30', '06-08T18:00', '06-07T11:00', '01-05T06:30', '01-05T07:00'];
    expect(moments.map((moment) => open(`2026-${moment}:00Z`))).toEqual([false, true, false, false, true, false, true]);
    expect(isOpenAt(of(), 0)).toBeUndefined();
    expect(isOpenAt(of({ opening_times, time_zone: 'Nowhere/Else' }), 0)).toBeUndefined();
    expect(view(of({ opening_times }))).toMatchObject({ open: false, may_charge: true });
    expect(view(of({ opening_times, charging_when_closed: false }))).toMatchObject({ open: false, may_charge: false });
  });
});

describe('the driver’s view over HTTP', () => {
  it('CRD-40 takes the business_details of the owner’s role; says what is wrong with a request', async () => {
    const api = await ApiUnderTest.start({ parties: [hosted('CPO'), hosted('EMSP', 'OWN')] });
    const headers = { 'content-type': 'application/json' };
    const post = (body: unknown): Promise<Response> =>
      api.call('POST', '/v1/driver-view/locations/NL/RGC/L1', { body: JSON.stringify(body), headers });
    try {
      await api.call('PUT', '/v1/locations/NL/RGC/L1', { body: JSON.stringify(of()), headers });
      const token = { uid: 'U', country_code: 'NL', party_id: 'OWN' };
      expect(await (await post({ tokens: [token] })).json()).toMatchObject({
        ...{ shown: true, reason: 'published', may_start: true },
        location: { operator: { name: 'Roaming test' } },
      });
      expect((await post({ at: 'now' })).status).toBe(422);
      expect((await post({ tokens: [{ pin: '1' }] })).status).toBe(422);
      expect((await api.call('POST', '/v1/driver-view/locations/NL/RGC/L2')).status).toBe(404);
    } finally {
      await api.close();
    }
  });
});
