import { firstUrl } from './first-url';

describe('firstUrl', () => {
  it('asks for everything without dates', () => {
    expect(firstUrl('https://peer.example/ocpi/locations', 500, null)).toBe(
      'https://peer.example/ocpi/locations?limit=500',
    );
  });

  it('TRN-57, PAG-18: encodes date_from so that it survives, and sends no date_to', () => {
    const url = firstUrl('https://peer.example/ocpi/locations', 50, new Date('2026-01-02T03:04:05.678Z'));
    expect(url).toBe('https://peer.example/ocpi/locations?date_from=2026-01-02T03%3A04%3A05.678Z&limit=50');
    expect(new URL(url).searchParams.get('date_from')).toBe('2026-01-02T03:04:05.678Z');
  });

  it('keeps a query that the endpoint has already', () => {
    expect(firstUrl('https://peer.example/x?tenant=7', 50, null)).toBe('https://peer.example/x?tenant=7&limit=50');
  });
});
