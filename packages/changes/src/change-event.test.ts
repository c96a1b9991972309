import type { ObjectState } from '@roamgrid/store';
import type { Message } from 'kafkajs';
import { changeMessage, changeTopic, readChange } from './change-event';

const state: ObjectState = {
  rev: 7, lu: new Date('2026-01-31T12:00:00Z'), written: new Date(1_770_000_000_123), deleted: false, origin: 'peer-1',
  names: ['nl', 'Tnm', 'loc1'], body: {},
};
const body = Buffer.from('{"id" : "loc1","kwh":1.50,"x":null}');

function read({ key, headers }: Message): ReturnType<typeof readChange> {
  return readChange(Buffer.from(String(key)), headers);
}

describe('the message of a revision', () => {
  it('is keyed by object, with what consumers route by in its headers', () => {
    const message = changeMessage('locations', 'NL*TNM*LOC1', state, '2.2.1', body);
    expect([message.key, message.headers]).toEqual([
      'NL*TNM*LOC1',
      { rev: '7', module: 'locations', type: 'put', origin: 'peer-1', written: '1770000000123' },
    ]);
  });

  it('says in its value what became of which object, its bytes untouched', () => {
    const { value } = changeMessage('locations', 'NL*TNM*LOC1', state, '2.2.1', body);
    expect(JSON.parse(String(value))).toEqual({
      id: 'locations/NL*TNM*LOC1/7', type: 'put', module: 'locations', key: 'NL*TNM*LOC1', party: 'NL*TNM', rev: 7,
      last_updated: '2026-01-31T12:00:00.000Z', origin: 'peer-1', version: '2.2.1', object: { id: 'loc1', kwh: 1.5, x: null },
    });
    expect(String(value)).toContain(`"object":${String(body)}}`);
  });

  it('of a deleted object carries none', () => {
    const message = changeMessage('tariffs', 'NL*TNM*T1', { ...state, deleted: true }, '2.2.1', undefined);
    expect(JSON.parse(String(message.value))).toMatchObject({ type: 'delete', rev: 7 });
    expect(JSON.parse(String(message.value))).not.toHaveProperty('object');
    expect(read(message)?.type).toBe('delete');
  });

  it('comes back from its headers alone', () => {
    expect(read(changeMessage('locations', 'NL*TNM*LOC1', state, '2.2.1', body))).toEqual({
      module: 'locations', key: 'NL*TNM*LOC1', rev: 7, type: 'put', origin: 'peer-1', written: 1_770_000_000_123,
    });
  });

  it.each([[['DE*ABC', 'NL*TNM']], [['DE*ABC']], [[]]])('TRN-43 names the audience %j, and none is not everybody', (audience) => {
    expect(read(changeMessage('cdrs', 'NL*TNM*C1', { ...state, audience }, '2.2.1', body))?.audience).toEqual(audience);
  });

  it.each([
    [null, { module: 'locations', rev: '1' }],
    ['K', undefined],
    ['K', { rev: '1' }],
    ['K', { module: 'locations' }],
    ['K', { module: 'locations', rev: 'one' }],
    ['K', { module: 'locations', rev: '1.5' }],
  ])('of others is passed over: key %j, headers %j', (key, headers) => {
    expect(readChange(key === null ? null : Buffer.from(key), headers)).toBeUndefined();
  });

  it('goes to the topic of its module', () => {
    expect(changeTopic('roamgrid', 'locations')).toBe('roamgrid.locations.changes');
  });
});
