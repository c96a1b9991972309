import { locations } from '@roamgrid/modules';
import { OWN, RoamgridError } from '@roamgrid/runtime';
import { connector, evse, item, judged, location, own, pathTo, peer, scopeOf, stored, T1, T2, T3, T4, type Json, type Judged } from '../test/samples';
import { judgePatch } from './judge-write';

function patch(before: Json, path: string[], change: Json, scope = peer): Judged {
  const present = stored(before, { origin: scope.caller.origin });
  return judged(present, (judgement) => judgePatch(scope, pathTo(...path), change, judgement));
}

function refusal(run: () => unknown): RoamgridError {
  try {
    run();
  } catch (error) {
    return RoamgridError.from(error);
  }
  throw new Error('it was taken');
}

describe('a PATCH', () => {
  it('TRN-32 LOC-17 changes the fields it names and nothing else, at the Location', () => {
    const { object, lu } = patch(location({ name: 'Old', x_kept: null }), [], { name: 'New', last_updated: T2 });
    expect([object, lu]).toEqual([location({ name: 'New', x_kept: null, last_updated: T2 }), T2]);
  });

  it('LOC-17 LOC-19 changes one EVSE, and the Location takes its last_updated', () => {
    const { object, lu } = patch(location(), ['E2'], { status: 'CHARGING', last_updated: T2 });
    expect(object).toEqual(location({ last_updated: T2, evses: [evse('E1'), evse('E2', { status: 'CHARGING', last_updated: T2 })] }));
    expect(lu).toBe(T2);
  });

  it('LOC-17 LOC-19 changes one Connector, and EVSE and Location take its last_updated', () => {
    const { object } = patch(location(), ['E1', '1'], { max_amperage: 16, last_updated: T2 });
    const raised = evse('E1', { last_updated: T2, connectors: [connector('1', { max_amperage: 16, last_updated: T2 })] });
    expect(object).toEqual(location({ last_updated: T2, evses: [raised, evse('E2')] }));
  });

  it('LOC-20 never lowers a parent', () => {
    const before = location({ last_updated: T4, evses: [evse('E1', { last_updated: T3 })] });
    const { object } = patch(before, ['E1', '1'], { max_amperage: 16, last_updated: T2 });
    expect([object['last_updated'], item(object, 'evses', 'uid', 'E1')?.['last_updated']]).toEqual([T4, T3]);
  });

  it('LOC-09 LOC-68 finds its EVSE in any case and leaves its uid as it is', () => {
    const { object } = patch(location(), ['e1'], { status: 'BLOCKED', last_updated: T2 });
    expect(item(object, 'evses', 'uid', 'E1')?.['status']).toBe('BLOCKED');
  });

  it('TRN-27 LOC-21 of an unknown object, EVSE or Connector is unknown, at each level', () => {
    const change = { last_updated: T2 };
    const make = (judgement: { stale: boolean; nestedCreated: boolean }): ReturnType<typeof judgePatch> => judgePatch(peer, pathTo(), change, judgement);
    expect(refusal(() => judged(undefined, make)).code).toBe('object.unknown');
    expect(refusal(() => judged(stored(location(), { deleted: true }), make)).code).toBe('object.unknown');
    expect(refusal(() => patch(location(), ['E9'], change)).code).toBe('object.unknown');
    expect(refusal(() => patch(location(), ['E1', '9'], change)).message).toBe('locations: no NL*TNM/LOC1/E1/9');
  });

  it('TRN-74 older than what it changes is stale; the same instant is not', () => {
    const stale = patch(location({ evses: [evse('E1', { last_updated: T3 })] }), ['E1'], { status: 'BLOCKED', last_updated: T2 });
    expect([stale.kind, stale.judgement.stale]).toEqual(['keep', true]);
    const same = patch(location(), ['E1'], { status: 'BLOCKED', last_updated: T1 });
    expect([same.kind, same.judgement.stale]).toEqual(['store', false]);
  });

  it('TRN-74 a child younger than itself but older than its Location is taken', () => {
    const { kind } = patch(location({ last_updated: T4 }), ['E1'], { status: 'BLOCKED', last_updated: T2 });
    expect(kind).toBe('store');
  });

  it('that changes nothing is nothing to do', () => {
    expect(patch(location({ name: 'Same' }), [], { name: 'Same', last_updated: T1 }).kind).toBe('keep');
  });

  it('TRN-35 null clears an optional field', () => {
    const { object } = patch(location({ name: 'Old', parking_type: 'ON_STREET' }), [], { name: null, last_updated: T2 });
    expect(object).toEqual(location({ parking_type: 'ON_STREET', last_updated: T2 }));
    expect(Object.keys(object)).not.toContain('name');
  });

  it('TRN-35 null for a required field is refused by name', () => {
    const error = refusal(() => patch(location(), ['E1'], { status: null, last_updated: T2 }));
    expect([error.code, error.message]).toEqual(['object.invalid', expect.stringContaining('/status is required')]);
  });

  it('TRN-33 an object is replaced as given, not merged', () => {
    const before = location({ operator: { name: 'Old', website: 'https://old.example' } });
    expect(patch(before, [], { operator: { name: 'New' }, last_updated: T2 }).object['operator']).toEqual({ name: 'New' });
  });

  it('TRN-33 a list is replaced whole', () => {
    const before = location({ facilities: ['HOTEL', 'MALL'] });
    expect(patch(before, [], { facilities: ['CAFE'], last_updated: T2 }).object['facilities']).toEqual(['CAFE']);
  });

  it('LOC-31 evses in a PATCH of the Location replace the whole list; who is left out stays as REMOVED (LOC-67)', () => {
    const { object } = patch(location(), [], { evses: [evse('E9')], last_updated: T2 });
    const removed = { status: 'REMOVED', last_updated: T2 };
    expect(object['evses']).toEqual([evse('E9'), evse('E1', removed), evse('E2', removed)]);
  });

  it('SES-15 lists are appended to at the object only, not at a field of that name further down', () => {
    const scope = scopeOf('peer-1', { ...locations, patchAppends: [{ field: 'capabilities', id: 'id' }] });
    const before = location({ evses: [evse('E1', { capabilities: ['RESERVABLE'] })] });
    const { object } = patch(before, ['E1'], { capabilities: ['RFID_READER'], last_updated: T2 }, scope);
    expect(item(object, 'evses', 'uid', 'E1')?.['capabilities']).toEqual(['RFID_READER']);
  });

  it('TRN-39 unknown fields are merged too', () => {
    expect(patch(location({ x_kept: 1 }), [], { x_new: { a: null }, last_updated: T2 }).object).toMatchObject({ x_kept: 1, x_new: { a: null } });
  });

  it('LOC-29 what comes out must be valid as a whole', () => {
    const error = refusal(() => patch(location(), [], { evses: [evse('E1'), evse('e1')], last_updated: T2 }));
    expect([error.code, error.message]).toEqual(['object.invalid', expect.stringContaining('/evses')]);
  });

  it('leaves the stored bytes of another origin alone', () => {
    const present = stored(location(), { origin: 'peer-2' });
    const code = refusal(() => judged(present, (judgement) => judgePatch(peer, pathTo(), { last_updated: T2 }, judgement))).code;
    expect(code).toBe('party.not_yours');
  });

  it('judged a second time begins from the object of that time', () => {
    const judgement = { stale: false, nestedCreated: false };
    const judge = judgePatch(peer, pathTo(), { name: 'New', last_updated: T2 }, judgement);
    judge(stored(location({ city: 'Ghent' })));
    const again = judge(stored(location({ city: 'Bruges' })));
    if (again.kind !== 'store') throw new Error('expected a change');
    expect(JSON.parse(String(again.state.body['v2_2_1']))).toEqual(location({ city: 'Bruges', name: 'New', last_updated: T2 }));
  });

  describe('of our own', () => {
    it('TRN-38 leaves no null behind, at any depth', () => {
      const { object } = patch(location(), [], { operator: { name: 'We', website: null }, last_updated: T2 }, own);
      expect(object['operator']).toEqual({ name: 'We' });
    });

    it('LOC-02 LOC-03 makes parents as young as what came in', () => {
      const { object, lu } = patch(location(), [], { evses: [evse('E1', { last_updated: T3 })], last_updated: T2 }, own);
      expect([object['last_updated'], lu]).toEqual([T3, T3]);
    });

    it('is held to the rules for what we emit', () => {
      expect(refusal(() => patch(location(), [], { time_zone: 'Mars/Phobos', last_updated: T2 }, own)).message).toContain('/time_zone');
      expect(own.caller.origin).toBe(OWN);
    });
  });
});
