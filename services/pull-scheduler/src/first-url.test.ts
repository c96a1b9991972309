import { noQuirks, type Quirks } from '@roamgrid/ocpi';
import { firstUrl } from './first-url';

describe('firstUrl', () => {
  it('asks for everything without dates', () => {
    expect(firstUrl('https://peer.example/ocpi/locations', 500, null, noQuirks)).toBe(
      'https://peer.example/ocpi/locations?limit=500',
    );
  });

  it('TRN-57, PAG-18: encodes date_from so that it survives, and sends no date_to', () => {
    const url = firstUrl('https://peer.example/ocpi/locations', 50, new Date('2026-01-02T03:04:05.678Z'), noQuirks);
    expect(url).toBe('https://peer.example/ocpi/locations?date_from=2026-01-02T03%3A04%3A05.678Z&limit=50');
    expect(new URL(url).searchParams.get('date_from')).toBe('2026-01-02T03:04:05.678Z');
  });

  it('keeps a query that the endpoint has already', () => {
    expect(firstUrl('https://peer.example/x?tenant=7', 50, null, noQuirks)).toBe('https://peer.example/x?tenant=7&limit=50');
  });

  it('follows the quirks endpoint_slash, page_size, query_dates and date_from', () => {
    const from = new Date('2026-01-02T03:04:05.678Z');
    const url = (quirks: Partial<Quirks>, endpoint = 'https://peer.example/l'): string =>
      firstUrl(endpoint, 50, from, { ...noQuirks, ...quirks });
    const date = 'date_from=2026-01-02T03%3A04%3A05';
    expect(url({ endpoint_slash: 'with' })).toBe(`https://peer.example/l/?${date}.678Z&limit=50`);
    expect(url({ endpoint_slash: 'without' }, 'https://peer.example/l/?t=7')).toBe(
      `https://peer.example/l?t=7&${date}.678Z&limit=50`,
    );
    expect(url({ page_size: 7 })).toBe(`https://peer.example/l?${date}.678Z&limit=7`);
    expect(url({ query_dates: 'seconds' })).toBe(`https://peer.example/l?${date}Z&limit=50`);
    expect(url({ date_from: false })).toBe('https://peer.example/l?limit=50');
  });
});
