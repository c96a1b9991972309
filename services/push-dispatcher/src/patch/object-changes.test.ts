import { locations, type ModuleDeclaration } from '@roamgrid/modules';
import { objectChanges, type Json } from './object-changes';

const T = ['00', '01', '02', '03'].map((second) => `2026-01-01T00:00:${second}Z`);

const connector = (id: string, more: Json = {}): Json => ({ id, standard: 'CHADEMO', last_updated: T[0], ...more });
const evse = (uid: string, more: Json = {}): Json => ({
  uid,
  status: 'AVAILABLE',
  connectors: [connector('1'), connector('2')],
  last_updated: T[0],
  ...more,
});
const location = (more: Json = {}): Json => ({
  country_code: 'NL',
  party_id: 'OWN',
  id: 'L1',
  name: 'Weg',
  evses: [evse('E1'), evse('E2')],
  last_updated: T[0],
  ...more,
});
const changes = (after: Json, before: Json = location(), module: ModuleDeclaration = locations) =>
  objectChanges(module, before, after);

describe('objectChanges', () => {
  it('LOC-33: a status change is a PATCH of the EVSE with what changed; the Location follows by itself (LOC-16)', () => {
    const after = location({ evses: [evse('E1', { status: 'CHARGING', last_updated: T[1] }), evse('E2')], last_updated: T[1] });
    const body = { status: 'CHARGING', last_updated: T[1] };
    expect(changes(after)).toEqual([{ method: 'PATCH', nested: ['E1'], body }]);
  });

  it('LOC-15: a change of a Connector is a PATCH of it; both parents follow', () => {
    const connectors = [connector('1'), connector('2', { max_voltage: 400, last_updated: T[2] })];
    const after = location({ evses: [evse('E1'), evse('E2', { connectors, last_updated: T[2] })], last_updated: T[2] });
    const body = { max_voltage: 400, last_updated: T[2] };
    expect(changes(after)).toEqual([{ method: 'PATCH', nested: ['E2', '2'], body }]);
  });

  it('a parent that is younger than its children make it is told so', () => {
    const after = location({ evses: [evse('E1', { status: 'BLOCKED', last_updated: T[1] }), evse('E2')], last_updated: T[2] });
    expect(changes(after)?.[1]).toEqual({ method: 'PATCH', nested: [], body: { last_updated: T[2] } });
  });

  it('LOC-20: of several, the oldest goes first, and the object last', () => {
    const evses = [evse('E1', { status: 'BLOCKED', last_updated: T[2] }), evse('E2', { status: 'CHARGING', last_updated: T[1] })];
    expect(changes(location({ evses, name: 'Straat', last_updated: T[3] }))).toEqual([
      { method: 'PATCH', nested: ['E2'], body: { status: 'CHARGING', last_updated: T[1] } },
      { method: 'PATCH', nested: ['E1'], body: { status: 'BLOCKED', last_updated: T[2] } },
      { method: 'PATCH', nested: [], body: { name: 'Straat', last_updated: T[3] } },
    ]);
  });

  it('what is new in an object is in the PATCH; a list that is no nested level is given whole', () => {
    const after = location({ directions: [{ language: 'nl', text: 'links' }], last_updated: T[1] });
    const body = { directions: [{ language: 'nl', text: 'links' }], last_updated: T[1] };
    expect(changes(after)).toEqual([{ method: 'PATCH', nested: [], body }]);
  });

  it('a new EVSE, and one that lost something, is put at its own level (LOC-32, TRN-34)', () => {
    const fresh = evse('E3', { last_updated: T[1] });
    const lost = evse('E2', { connectors: [connector('1')], last_updated: T[2] });
    expect(changes(location({ evses: [evse('E1'), lost, fresh], last_updated: T[2] }))).toEqual([
      { method: 'PUT', nested: ['E3'], body: fresh },
      { method: 'PUT', nested: ['E2'], body: lost },
    ]);
    const nulled = evse('E1', { status: null, last_updated: T[1] });
    expect(changes(location({ evses: [nulled, evse('E2')], last_updated: T[1] }))?.[0]?.method).toBe('PUT');
  });

  it('LOC-30: an id in another case is no PATCH', () => {
    const renamed = evse('e1', { last_updated: T[1] });
    expect(changes(location({ evses: [renamed, evse('E2')], last_updated: T[1] }))).toEqual([
      { method: 'PUT', nested: ['e1'], body: renamed },
    ]);
  });

  it.each<[string, Json]>([
    ['a field is gone', { name: undefined, last_updated: T[1] }],
    ['a field is null', { name: null, last_updated: T[1] }],
    ['an EVSE is gone', { evses: [evse('E1')], last_updated: T[1] }],
    ['the list of EVSEs is gone', { evses: undefined, last_updated: T[1] }],
    ['two EVSEs have one uid', { evses: [evse('E1'), evse('E2'), evse('e2')], last_updated: T[1] }],
    ['an EVSE has no uid', { evses: [evse('E1'), evse('E2'), {}], last_updated: T[1] }],
    ['the id is spelled anew', { id: 'l1', last_updated: T[1] }],
    ['nothing changed', {}],
    ['there is no time of the change', { name: 'Straat', last_updated: undefined }],
    ['more changed than is worth a request each', { evses: ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7'].map((uid) => evse(uid)) }],
  ])('the whole is put where %s', (_, more) => {
    expect(changes(location(more))).toBeUndefined();
  });

  it('SES-15, SES-17: of a list that PATCH appends to only what was added is sent; where it changed, the whole', () => {
    const sessions: ModuleDeclaration = { ...locations, nested: [], patchAppends: [{ field: 'charging_periods', id: 'start' }] };
    const session = (periods: unknown, second = 0): Json => ({ id: 'S1', charging_periods: periods, last_updated: T[second] });
    const [one, two] = [{ start: 1 }, { start: 2 }];
    expect(changes(session([one, two], 1), session([one]), sessions)).toEqual([
      { method: 'PATCH', nested: [], body: { charging_periods: [two], last_updated: T[1] } },
    ]);
    expect(changes(session([one], 1), session(undefined), sessions)?.[0]?.body).toMatchObject({ charging_periods: [one] });
    expect(changes(session([two], 1), session([one]), sessions)).toBeUndefined();
    expect(changes(session([], 1), session([one]), sessions)).toBeUndefined();
  });
});
