import { PeerLog } from './peer-log';

describe('what a peer was brought', () => {
  const log = new PeerLog('H01');
  const take = (value: number): void => log.take('locations/NL*RGC*L1', { name: String(value) });

  it('counts what comes twice, and names what is older than what came before, which it holds then', () => {
    for (const value of [1, 2, 2, 5, 3]) take(value);
    expect(log.deliveries).toBe(5);
    expect(log.duplicates).toBe(1);
    expect(log.regressions).toEqual(['H01 had locations/NL*RGC*L1 at 5 and was sent 3']);
    expect(log.held.get('locations/NL*RGC*L1')?.value).toBe(3);
  });
});
