import { locations } from '@roamgrid/modules';
import { bytesOf, connector, evse, judged, location, own, pathTo, peer, stored, T1, T2, T3, type Json } from '../test/samples';
import { readObject } from './incoming';
import { judgePatch, judgePut } from './judge-write';
import { keepRemoved } from './keep-removed';

const keep = (object: Json, before: Json): Json => keepRemoved(object, before, locations.nested, 'last_updated');

describe('items that a whole object leaves out', () => {
  it('LOC-67 stay as REMOVED, as young as the object that left them out', () => {
    const { evses } = keep(location({ evses: [evse('E1')], last_updated: T2 }), location());
    expect(evses).toEqual([evse('E1'), evse('E2', { status: 'REMOVED', last_updated: T2 })]);
  });

  it('LOC-67 stay also when the object has no list at all any more, and keep a later last_updated', () => {
    const before = location({ evses: [evse('E1', { last_updated: T3 })] });
    expect(keep(location({ evses: null, last_updated: T2 }), before)['evses']).toEqual([
      evse('E1', { status: 'REMOVED', last_updated: T3 }),
    ]);
  });

  it('LOC-67 that are REMOVED already stay as they are', () => {
    const removed = evse('E2', { status: 'REMOVED' });
    expect(keep(location({ evses: [], last_updated: T2 }), location({ evses: [removed] }))['evses']).toEqual([removed]);
  });

  it('LOC-68 are no other items in another case of letters', () => {
    const object = location({ evses: [evse('e1'), evse('e2')], last_updated: T2 });
    expect(keep(object, location())).toBe(object);
  });

  it('are dropped where nothing can mark them: Connectors have no status', () => {
    const before = location({ evses: [evse('E1', { connectors: [connector('1'), connector('2')] })] });
    const object = location({ evses: [evse('E1')], last_updated: T2 });
    expect(keep(object, before)).toBe(object);
  });
});

describe('writes that leave EVSEs out', () => {
  it('LOC-67 a PUT of a peer keeps them as REMOVED; the same PUT again is nothing to do', () => {
    const incoming = readObject(peer, bytesOf(location({ evses: [evse('E1')], last_updated: T2 })));
    const first = judged(stored(location()), (judgement) => judgePut(peer, incoming, false, judgement));
    const expected = location({
      evses: [evse('E1'), evse('E2', { status: 'REMOVED', last_updated: T2 })],
      last_updated: T2,
    });
    expect(first.object).toEqual(expected);
    const again = judged(stored(expected), (judgement) => judgePut(peer, incoming, false, judgement));
    expect(again.kind).toBe('keep');
  });

  it('LOC-25 a PUT of our own does, so that peers hear of the removal', () => {
    const incoming = readObject(own, bytesOf(location({ evses: [evse('E2')], last_updated: T2 })));
    const { object } = judged(stored(location(), { origin: 'own' }), (judgement) => judgePut(own, incoming, false, judgement));
    expect(object['evses']).toEqual([evse('E2'), evse('E1', { status: 'REMOVED', last_updated: T2 })]);
  });

  it('LOC-31 LOC-67 a PATCH of evses replaces the list, and keeps the others as REMOVED', () => {
    const patch = { evses: [evse('E2', { last_updated: T2 })], last_updated: T2 };
    const { object } = judged(stored(location()), (judgement) => judgePatch(peer, pathTo(), patch, judgement));
    expect(object['evses']).toEqual([evse('E2', { last_updated: T2 }), evse('E1', { status: 'REMOVED', last_updated: T2 })]);
    expect(object['last_updated']).not.toBe(T1);
  });
});
