import { tariffs } from '@roamgrid/modules';
import { RoamgridError } from '@roamgrid/runtime';
import { bytesOf, connector, evse, location, own, pathTo, peer, scopeOf, T1, T2, T3, type Json } from '../test/samples';
import { checkIdentity, readObject, readWhole, stateOf, validate } from './incoming';

function refusal(run: () => unknown): RoamgridError {
  try {
    run();
  } catch (error) {
    return RoamgridError.from(error);
  }
  throw new Error('it was taken');
}

describe('a whole object that a peer sends', () => {
  it('TRN-36 TRN-39 TRN-40 is kept as the bytes that came: unknown fields, nulls, number forms, order', () => {
    const text = JSON.stringify(location({ parking_type: null, x_ours: { b: 1, a: null } })).replace('"publish":true', '"publish" : true,"v":1.50');
    const incoming = readObject(peer, Buffer.from(text));
    expect(incoming.bytes.toString()).toBe(text);
    expect(incoming.value).toMatchObject({ parking_type: null, x_ours: { a: null } });
  });

  it('TYP-07 TYP-08 TRN-72 is keyed case-folded and named in the case of its owner', () => {
    const incoming = readObject(peer, bytesOf(location({ country_code: 'nl', party_id: 'Tnm', id: 'loc1' })));
    expect([incoming.key, incoming.names]).toEqual(['NL*TNM*LOC1', ['nl', 'Tnm', 'loc1']]);
    expect(incoming.party).toEqual({ country_code: 'nl', party_id: 'Tnm' });
  });

  it('is not made younger by its children', () => {
    const text = bytesOf(location({ evses: [evse('E1', { last_updated: T3 })] }));
    expect(readObject(peer, text)).toMatchObject({ bytes: text, lastUpdated: Date.parse(T1) });
  });

  it('TRN-30 lacks nothing that is required, or is refused by name', () => {
    const { address: _, ...rest } = location();
    const error = refusal(() => readObject(peer, bytesOf(rest)));
    expect([error.code, error.message]).toEqual(['object.invalid', expect.stringContaining('/address is required')]);
  });

  it('TRN-37 has no empty list where one item is the least', () => {
    expect(refusal(() => readObject(peer, bytesOf(location({ evses: [evse('E1', { connectors: [] })] })))).message).toContain(
      '/evses/0/connectors',
    );
  });

  it('TRN-22 is JSON, or the body is malformed', () => {
    expect(refusal(() => readObject(peer, Buffer.from('{"id":'))).code).toBe('body.malformed');
  });
});

describe('a whole object of our own', () => {
  it('TRN-38 is stored without nulls, at every depth', () => {
    const incoming = readObject(own, bytesOf(location({ name: null, operator: { name: 'We', website: null } })));
    expect(JSON.parse(incoming.bytes.toString())).toEqual(location({ operator: { name: 'We' } }));
  });

  it('LOC-02 LOC-03 LOC-04 is as young as the youngest of what is in it', () => {
    const incoming = readObject(
      own,
      bytesOf(location({ evses: [evse('E1', { connectors: [connector('1', { last_updated: T3 })] }), evse('E2', { last_updated: T2 })] })),
    );
    expect(incoming.lastUpdated).toBe(Date.parse(T3));
    expect(JSON.parse(incoming.bytes.toString())).toMatchObject({ last_updated: T3, evses: [{ last_updated: T3 }, { last_updated: T2 }] });
  });

  it('TRN-38 LOC-03 LOC-04 is normalised at a nested level too', () => {
    const sent = evse('E1', { last_updated: T2, floor_level: null, connectors: [connector('1', { last_updated: T3 })] });
    expect(readWhole(own, 1, bytesOf(sent))).toEqual(evse('E1', { last_updated: T3, connectors: [connector('1', { last_updated: T3 })] }));
    expect(readWhole(peer, 1, bytesOf(sent))).toEqual(sent);
    expect(refusal(() => readWhole(peer, 2, bytesOf(sent))).message).toContain('Connector: ');
  });

  it('LOC-38 LOC-46 is held to the rules for what we emit; a peer is not', () => {
    const odd = bytesOf(location({ time_zone: 'Mars/Phobos' }));
    expect(refusal(() => readObject(own, odd)).message).toContain('/time_zone');
    expect(readObject(peer, odd).key).toBe('NL*TNM*LOC1');
  });
});

describe('the identity in a body', () => {
  it('TRN-69 LOC-09 equals the address in any case', () => {
    expect(() => checkIdentity(peer, pathTo(), location({ id: 'loc1', party_id: 'tnm' }), false)).not.toThrow();
    expect(() => checkIdentity(peer, pathTo('E1'), evse('e1'), false)).not.toThrow();
    expect(() => checkIdentity(peer, pathTo('E1', 'C'), connector('c'), false)).not.toThrow();
  });

  it.each<[string, string[], Json]>([
    ['id', [], location({ id: 'LOC2' })],
    ['country_code', [], location({ country_code: 'BE' })],
    ['party_id', [], location({ party_id: 'ABC' })],
    ['uid', ['E1'], evse('E2')],
    ['id', ['E1', '1'], connector('2')],
  ])('TRN-69 TRN-70 is refused where %s differs', (field, nested, body) => {
    for (const partial of [false, true]) {
      const error = refusal(() => checkIdentity(peer, pathTo(...nested), body, partial));
      expect([error.code, error.message]).toEqual(['object.key_mismatch', expect.stringMatching(new RegExp(`^${field} in the body`))]);
    }
  });

  it('LOC-30 may be left out of a PATCH, not of a PUT', () => {
    expect(() => checkIdentity(peer, pathTo('E1'), { last_updated: T2 }, true)).not.toThrow();
    expect(refusal(() => checkIdentity(peer, pathTo('E1'), { last_updated: T2 }, false)).code).toBe('object.key_mismatch');
  });

  it('LOC-30 is no number and no null', () => {
    expect(refusal(() => checkIdentity(peer, pathTo('1'), { uid: 1 }, true)).code).toBe('object.key_mismatch');
    expect(refusal(() => checkIdentity(peer, pathTo('1'), { uid: null }, true)).code).toBe('object.key_mismatch');
  });
});

describe('validation', () => {
  it('LOC-18 wants last_updated in a PATCH of each level', () => {
    for (const depth of [0, 1, 2]) {
      expect(refusal(() => validate(peer, 'patch', depth, {})).message).toContain('/last_updated is required');
      expect(() => validate(peer, 'patch', depth, { last_updated: T1 })).not.toThrow();
    }
  });

  it('names the class at the depth', () => {
    expect([0, 1, 2].map((depth) => refusal(() => validate(peer, 'put', depth, {})).message.split(':')[0])).toEqual([
      'Location',
      'EVSE',
      'Connector',
    ]);
  });
});

describe('the state that is stored', () => {
  it('holds the bytes under the version, last_updated as an instant, the origin', () => {
    const bytes = bytesOf(location());
    expect(stateOf(peer, ['NL', 'TNM', 'LOC1'], location({ last_updated: T2 }), bytes)).toEqual({
      lu: new Date(T2),
      deleted: false,
      origin: 'peer-1',
      part: expect.any(String) as string,
      names: ['NL', 'TNM', 'LOC1'],
      body: { v2_2_1: bytes },
    });
  });

  it('names the audience where the module has one, case-folded', () => {
    const forOne = scopeOf('peer-1', { ...tariffs, audience: () => [{ country_code: 'de', party_id: 'abc' }] });
    expect(stateOf(forOne, [], { last_updated: T1 }, Buffer.alloc(0)).audience).toEqual(['DE*ABC']);
  });
});
