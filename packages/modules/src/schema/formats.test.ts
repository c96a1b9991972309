import { isAbsoluteUrl, isDate, isDateTime, isHttpUrl } from './formats';

describe('DateTime', () => {
  it.each([
    '2026-06-07T18:40:07Z',
    '2026-06-07T18:40:07',
    '2026-06-07T18:40:07.1Z',
    '2026-06-07T18:40:07.123',
    '2026-06-07T18:40:07.123456Z',
    '2024-02-29T00:00:00Z',
    '2000-02-29T23:59:59Z',
  ])('TYP-01 accepts %s', (text) => {
    expect(isDateTime(text)).toBe(true);
  });

  it.each(['2026-06-07T18:40:07+00:00', '2026-06-07T18:40:07+01:00', '2026-06-07T18:40:07-00:00'])(
    'TYP-02 TYP-03 refuses the offset of %s',
    (text) => {
      expect(isDateTime(text)).toBe(false);
    },
  );

  it.each([
    '2026-06-07t18:40:07z',
    '2026-06-07 18:40:07Z',
    '2026-W23-7T18:40:07Z',
    '2026-6-7T18:40:07Z',
    '2026-06-07T24:00:00Z',
    '2026-06-07T18:40Z',
    '2026-06-07',
    '2026-06-07T18:40:07.Z',
    '2026-06-07T18:40:07Z\n',
  ])('TYP-06 refuses %j', (text) => {
    expect(isDateTime(text)).toBe(false);
  });

  it.each([
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
  ])('refuses %s, which is no day of the calendar', (text) => {
    expect(isDateTime(text)).toBe(false);
  });
});

describe('date and URL', () => {
  it('TAR-21 accepts YYYY-MM-DD only', () => {
    expect(isDate('2026-12-31')).toBe(true);
    expect(['2026-12-32', '31-12-2026', '2026-1-1', '2026-12-31T00:00:00Z'].filter(isDate)).toEqual([]);
  });

  it('TYP-16 wants an absolute URL, of ours one that can be called', () => {
    expect(isAbsoluteUrl('https://example.com/a?b=c')).toBe(true);
    expect(['/ocpi/versions', 'www.example.com', 'https://exa mple.com'].filter(isAbsoluteUrl)).toEqual([]);
    expect(isHttpUrl('http://127.0.0.1:8080/ocpi')).toBe(true);
    expect(['ftp://example.com', 'https://', 'https://example.com/a b'].filter(isHttpUrl)).toEqual([]);
  });
});
