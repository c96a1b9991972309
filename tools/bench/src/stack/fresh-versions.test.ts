import { FreshVersions } from './fresh-versions';

const location = (id: string): { country_code: string; party_id: string; id: string; last_updated: string; evses: unknown[] } => ({
  country_code: 'DE',
  party_id: 'ABC',
  id,
  last_updated: '2000-01-01T00:00:00.000Z',
  evses: [{ uid: '1', last_updated: '2000-01-01T00:00:00.000Z' }],
});

describe('FreshVersions', () => {
  it('gives versions of the Locations in turn, each later than all before, of the party of the peer', () => {
    const taken = [...new FreshVersions([location('A'), location('B')]).take(5)];
    const bodies = taken.map(({ body }) => JSON.parse(body.toString()) as ReturnType<typeof location>);
    expect(bodies.map(({ id }) => id)).toEqual(['BENCH-0', 'BENCH-1', 'BENCH-0', 'BENCH-1', 'BENCH-0']);
    expect(new Set(bodies.map(({ country_code, party_id }) => `${country_code}*${party_id}`))).toEqual(new Set(['NL*BNP']));
    const instants = bodies.map(({ last_updated }) => last_updated);
    expect([...new Set(instants)].sort()).toEqual(instants);
    expect(taken.map(({ lastUpdated }) => lastUpdated.toISOString())).toEqual(instants);
  });

  it('leaves nested last_updated as they are', () => {
    const [version] = new FreshVersions([location('A')]).take(1);
    expect(JSON.parse(version?.body.toString() ?? '')).toMatchObject({ evses: location('A').evses });
  });

  it('goes on where it was left', () => {
    const versions = new FreshVersions([location('A')]);
    const [first] = versions.take(1);
    const [second] = versions.take(1);
    expect(second?.lastUpdated.getTime()).toBeGreaterThan(first?.lastUpdated.getTime() ?? Infinity);
  });
});
