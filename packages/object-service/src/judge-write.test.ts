import { OWN, RoamgridError } from '@roamgrid/runtime';
import { bytesOf, connector, evse, item, judged, location, pathTo, peer, stored, T1, T2, T3, T4, type Json, type Judged } from '../test/samples';
import { readObject } from './incoming';
import { judgeDelete, judgeNestedPut, judgePut } from './judge-write';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return RoamgridError.from(error).code;
  }
  throw new Error('it was taken');
}

function put(present: ReturnType<typeof stored> | undefined, value: Json, listed = false): Judged {
  return judged(present, (judgement) => judgePut(peer, readObject(peer, bytesOf(value)), listed, judgement));
}

describe('a PUT of a whole object', () => {
  it('TRN-25 stores what was never heard of, as it came', () => {
    const { kind, object, lu, names } = put(undefined, location({ x_new: 1 }));
    expect({ kind, object, lu, names }).toEqual({ kind: 'store', object: location({ x_new: 1 }), lu: T1, names: ['NL', 'TNM', 'LOC1'] });
  });

  it('TRN-31 replaces: what is not named is gone', () => {
    const { object } = put(stored(location({ name: 'Old', x_old: 1 })), location({ last_updated: T2 }));
    expect(object).toEqual(location({ last_updated: T2 }));
  });

  it('TRN-74 older than what is stored is ignored, and said to be stale', () => {
    const { kind, judgement } = put(stored(location({ last_updated: T2 })), location({ last_updated: T1, name: 'Late' }));
    expect([kind, judgement.stale]).toEqual(['keep', true]);
  });

  it('TRN-74 with the same last_updated is not stale: the later message counts', () => {
    const { kind, judgement, object } = put(stored(location()), location({ name: 'New' }));
    expect([kind, judgement.stale, object['name']]).toEqual(['store', false, 'New']);
  });

  it('TRN-75 with the same bytes is nothing to do, and not stale', () => {
    const { kind, judgement } = put(stored(location()), location());
    expect([kind, judgement.stale]).toEqual(['keep', false]);
  });

  it('TRN-40 with other bytes of the same meaning is kept as sent now', () => {
    const spaced = Buffer.from(JSON.stringify(location(), undefined, 1));
    const { kind, bytes } = judged(stored(location()), (judgement) => judgePut(peer, readObject(peer, spaced), false, judgement));
    expect([kind, bytes]).toEqual(['store', spaced]);
  });

  it('LOC-68 TYP-08 in another case is the same object, and carries its new names', () => {
    const { kind, names } = put(stored(location()), location({ id: 'loc1', last_updated: T2 }));
    expect([kind, names]).toEqual(['store', ['NL', 'TNM', 'loc1']]);
  });

  it('of another origin is refused, whoever it is', () => {
    expect(refusal(() => put(stored(location(), { origin: OWN }), location({ last_updated: T2 })))).toBe('party.not_yours');
    expect(refusal(() => put(stored(location(), { origin: 'peer-2', deleted: true }), location({ last_updated: T2 })))).toBe('party.not_yours');
  });

  it('brings a deleted object back when it is no older', () => {
    const tombstone = stored(location({ last_updated: T2 }), { deleted: true });
    expect(put(tombstone, location({ last_updated: T2 })).kind).toBe('store');
    expect(put(tombstone, location({ last_updated: T1 })).judgement.stale).toBe(true);
  });

  it('in a list, as old as the deleted object, does not bring it back; a younger one does', () => {
    const tombstone = stored(location({ last_updated: T2 }), { deleted: true });
    const same = put(tombstone, location({ last_updated: T2 }), true);
    expect([same.kind, same.judgement.stale]).toEqual(['keep', true]);
    expect(put(tombstone, location({ last_updated: T3 }), true).kind).toBe('store');
  });

  it('judged a second time says what the second time showed', () => {
    const judgement = { stale: false, nestedCreated: false };
    const judge = judgePut(peer, readObject(peer, bytesOf(location({ last_updated: T2 }))), false, judgement);
    expect([judge(stored(location({ last_updated: T3 }))).kind, judgement.stale]).toEqual(['keep', true]);
    expect([judge(stored(location({ last_updated: T1 }))).kind, judgement.stale]).toEqual(['store', false]);
  });
});

describe('a PUT of a nested object', () => {
  const nested = (present: ReturnType<typeof stored> | undefined, path: string[], value: Json, scope = peer): Judged =>
    judged(present, (judgement) => judgeNestedPut(scope, pathTo(...path), value, judgement));

  it('LOC-13 LOC-16 replaces that EVSE alone, and the Location takes its last_updated', () => {
    const { object, judgement, lu } = nested(stored(location({ x_kept: 1 })), ['E1'], evse('E1', { status: 'BLOCKED', last_updated: T2 }));
    expect(object).toEqual(location({ x_kept: 1, last_updated: T2, evses: [evse('E1', { status: 'BLOCKED', last_updated: T2 }), evse('E2')] }));
    expect([judgement.nestedCreated, lu]).toEqual([false, T2]);
  });

  it('LOC-13 TRN-31 leaves nothing of the EVSE that was there', () => {
    const before = location({ evses: [evse('E1', { floor_level: '1', connectors: [connector('1'), connector('2')] })] });
    const { object } = nested(stored(before), ['E1'], evse('E1', { last_updated: T2 }));
    expect(object['evses']).toEqual([evse('E1', { last_updated: T2 })]);
  });

  it('LOC-13 TRN-25 creates an EVSE that was not there', () => {
    const { object, judgement } = nested(stored(location()), ['E3'], evse('E3', { last_updated: T2 }));
    expect((object['evses'] as Json[]).map(({ uid }) => uid)).toEqual(['E1', 'E2', 'E3']);
    expect(judgement.nestedCreated).toBe(true);
  });

  it('LOC-14 LOC-15 replaces that Connector alone, and EVSE and Location take its last_updated', () => {
    const { object, lu } = nested(stored(location()), ['E2', '1'], connector('1', { max_amperage: 16, last_updated: T2 }));
    const raised = evse('E2', { last_updated: T2, connectors: [connector('1', { max_amperage: 16, last_updated: T2 })] });
    expect([object, lu]).toEqual([location({ last_updated: T2, evses: [evse('E1'), raised] }), T2]);
  });

  it('LOC-20 never lowers a parent', () => {
    const before = location({ last_updated: T4, evses: [evse('E1', { last_updated: T3 })] });
    const { object, lu } = nested(stored(before), ['E1', '1'], connector('1', { max_amperage: 16, last_updated: T2 }));
    expect([object['last_updated'], item(object, 'evses', 'uid', 'E1')?.['last_updated'], lu]).toEqual([T4, T3, T4]);
  });

  it('LOC-21 for an unknown Location or EVSE is unknown: no parent is made up', () => {
    expect(refusal(() => nested(undefined, ['E1'], evse('E1')))).toBe('object.unknown');
    expect(refusal(() => nested(stored(location(), { deleted: true }), ['E1'], evse('E1')))).toBe('object.unknown');
    expect(refusal(() => nested(stored(location()), ['E9', '1'], connector('1')))).toBe('object.unknown');
  });

  it('LOC-68 in another case is the same EVSE', () => {
    const { object, judgement } = nested(stored(location()), ['e1'], evse('e1', { last_updated: T2 }));
    expect((object['evses'] as Json[]).map(({ uid }) => uid)).toEqual(['e1', 'E2']);
    expect(judgement.nestedCreated).toBe(false);
  });

  it('TRN-74 older than that EVSE is stale, also where the Location is older still', () => {
    const before = location({ last_updated: T1, evses: [evse('E1', { last_updated: T3 })] });
    const { kind, judgement } = nested(stored(before), ['E1'], evse('E1', { last_updated: T2 }));
    expect([kind, judgement.stale]).toEqual(['keep', true]);
  });

  it('TRN-74 younger than that EVSE is taken, also where the Location is younger', () => {
    const before = location({ last_updated: T4, evses: [evse('E1', { last_updated: T1 })] });
    expect(nested(stored(before), ['E1'], evse('E1', { last_updated: T2 })).kind).toBe('store');
  });

  it('TRN-75 that is there already is nothing to do', () => {
    expect(nested(stored(location()), ['E1'], evse('E1')).kind).toBe('keep');
  });

  it('of another origin is refused', () => {
    expect(refusal(() => nested(stored(location(), { origin: 'peer-2' }), ['E1'], evse('E1')))).toBe('party.not_yours');
  });
});

describe('a DELETE', () => {
  const remove = (present: ReturnType<typeof stored> | undefined): unknown => judgeDelete(peer, pathTo())(present);

  it('TAR-07 leaves a tombstone that keeps names and last_updated, and no bytes', () => {
    expect(remove(stored(location({ last_updated: T2 })))).toEqual({
      kind: 'store',
      owner: 'NL*TNM',
      state: { lu: new Date(T2), origin: 'peer-1', names: ['NL', 'TNM', 'LOC1'], deleted: true, body: {} },
    });
  });

  it('TAR-08 of what is not there, or no longer, is unknown', () => {
    expect(refusal(() => remove(undefined))).toBe('object.unknown');
    expect(refusal(() => remove(stored(location(), { deleted: true })))).toBe('object.unknown');
  });

  it('of another origin is refused', () => {
    expect(refusal(() => remove(stored(location(), { origin: OWN })))).toBe('party.not_yours');
  });
});
