import { locations } from '@roamgrid/modules';
import { connector, evse, item, location, T1, T2, T3, T4, type Json } from '../test/samples';
import { findNested, placeNested, raiseParents, raiseToChildren } from './nested-item';

const levels = locations.nested;
const [evses, connectors] = levels;
if (!evses || !connectors) throw new Error('locations have two nested levels');

describe('the chain down to a nested object', () => {
  const object = location({ evses: [evse('E1', { connectors: [connector('1'), connector('2')] }), evse('e2')] });

  it('without ids ends at the object', () => {
    expect(findNested(object, levels, [])).toEqual({ parents: [], item: object });
  });

  it('names parents outermost first', () => {
    const chain = findNested(object, levels, ['E1', '2']);
    expect(chain?.item).toMatchObject({ id: '2' });
    expect(chain?.parents.map((parent) => parent['id'] ?? parent['uid'])).toEqual(['LOC1', 'E1']);
  });

  it('LOC-09 LOC-68 is found in any case', () => {
    expect(findNested(object, levels, ['E2'])?.item).toMatchObject({ uid: 'e2' });
  });

  it('LOC-29 a connector is that of its EVSE, not of another with the same id', () => {
    const two = location({ evses: [evse('E1', { connectors: [connector('1', { max_amperage: 16 })] }), evse('E2')] });
    expect(findNested(two, levels, ['E2', '1'])?.item).toMatchObject({ max_amperage: 32 });
  });

  it('has no item where its parent has none of that id', () => {
    expect(findNested(object, levels, ['E9'])).toEqual({ parents: [object], item: undefined });
  });

  it.each([{ evses: [] }, { evses: null }, { evses: undefined }, { evses: 'x' }])('has no item where the list is %j', (changes) => {
    expect(findNested(location(changes), levels, ['E1'])).toMatchObject({ item: undefined });
  });

  it('LOC-21 is broken where a parent on the way is missing', () => {
    expect(findNested(object, levels, ['E9', '1'])).toBeUndefined();
    expect(findNested(object, levels, ['E1', '1', 'too deep'])).toBeUndefined();
  });
});

describe('placing a nested object', () => {
  it('LOC-13 replaces the one of its id in its place, siblings untouched', () => {
    const object = location({ evses: [evse('E1'), evse('E2'), evse('E3')] });
    placeNested(object, evses, evse('e2', { status: 'BLOCKED' }));
    expect((object['evses'] as Json[]).map(({ uid, status }) => [uid, status])).toEqual([
      ['E1', 'AVAILABLE'],
      ['e2', 'BLOCKED'],
      ['E3', 'AVAILABLE'],
    ]);
  });

  it('LOC-14 adds a new one at the end', () => {
    const parent = evse('E1', { connectors: [connector('2')] });
    placeNested(parent, connectors, connector('1'));
    expect((parent['connectors'] as Json[]).map(({ id }) => id)).toEqual(['2', '1']);
  });

  it('makes the list where there is none', () => {
    const object = location({ evses: null });
    placeNested(object, evses, evse('E1'));
    expect(object['evses']).toEqual([evse('E1')]);
  });
});

describe('the last_updated of parents', () => {
  it('LOC-15 LOC-16 is raised to that of the child, in the words of the owner', () => {
    const parents = [location(), evse('E1')];
    raiseParents(parents, 'last_updated', '2026-01-02T10:00:00');
    expect(parents.map(({ last_updated }) => last_updated)).toEqual(['2026-01-02T10:00:00', '2026-01-02T10:00:00']);
  });

  it('LOC-20 is never lowered, each parent on its own', () => {
    const parents = [location({ last_updated: T4 }), evse('E1', { last_updated: T2 })];
    raiseParents(parents, 'last_updated', T3);
    expect(parents.map(({ last_updated }) => last_updated)).toEqual([T4, T3]);
  });

  it('TRN-57 is compared as an instant, not as text', () => {
    const parents = [location({ last_updated: '2026-01-02T10:00:00' })];
    raiseParents(parents, 'last_updated', '2026-01-02T10:00:00.000Z');
    expect(parents[0]?.['last_updated']).toBe('2026-01-02T10:00:00');
  });

  it('LOC-02 LOC-03 LOC-04 is at every level the latest of what is below', () => {
    const object = location({
      evses: [
        evse('E1', { last_updated: T2, connectors: [connector('1', { last_updated: T1 }), connector('2', { last_updated: T4 })] }),
        evse('E2', { last_updated: T3 }),
        evse('E3'),
      ],
    });
    raiseToChildren(object, levels, 'last_updated');
    expect(object['last_updated']).toBe(T4);
    expect(['E1', 'E2', 'E3'].map((uid) => item(object, 'evses', 'uid', uid)?.['last_updated'])).toEqual([T4, T3, T1]);
  });
});
