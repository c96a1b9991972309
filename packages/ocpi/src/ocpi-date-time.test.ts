import { formatOcpiDateTime, parseOcpiDateTime } from './ocpi-date-time';

const noon = Date.UTC(2018, 0, 31, 12, 30, 15);

describe('an OCPI DateTime', () => {
  it.each([
    ['2018-01-31T12:30:15Z', noon],
    ['2018-01-31T12:30:15', noon],
    ['2018-01-31T12:30:15.1Z', noon + 100],
    ['2018-01-31T12:30:15.25', noon + 250],
    ['2018-01-31T12:30:15.007Z', noon + 7],
    ['2018-01-31T12:30:15.000', noon],
    ['1969-12-31T23:59:59.999Z', -1],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('TYP-01 %s is in UTC, with or without Z and fraction', (text, instant) => {
    expect(parseOcpiDateTime(text)).toBe(instant);
  });

  it.each(['2018-01-31T12:30:15+01:00', '2018-01-31T12:30:15+00:00', '2018-01-31T12:30:15-00:00', '2018-01-31T12:30:15Z+01:00'])(
    'TYP-03 %s, with an offset, is refused and never taken for UTC',
    (text) => {
      expect(parseOcpiDateTime(text)).toBeUndefined();
    },
  );

  it('TYP-05 cuts digits past milliseconds, never rounds up', () => {
    expect(parseOcpiDateTime('2018-01-31T12:30:15.1239Z')).toBe(noon + 123);
    expect(parseOcpiDateTime('2018-01-31T12:30:15.999999999Z')).toBe(noon + 999);
  });

  it.each([
    '2018-02-31T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2018-13-01T00:00:00Z',
    '2018-01-31T24:00:00Z',
    '2018-01-31T12:60:00Z',
    '2018-01-31 12:30:15Z',
    '2018-01-31t12:30:15z',
    '2018-01-31',
    '2018-W05-3T12:30:15Z',
    '18-01-31T12:30:15Z',
    '2018-1-31T12:30:15Z',
    '2018-01-31T12:30:15.Z',
    ' 2018-01-31T12:30:15Z',
    '2018-01-31T12:30:15Z\n',
    '1517401815',
    '',
  ])('TYP-06 %j is none', (text) => {
    expect(parseOcpiDateTime(text)).toBeUndefined();
  });

  it('TYP-02 TYP-04 TYP-06 is emitted in UTC with Z and milliseconds, 24 characters', () => {
    expect(formatOcpiDateTime(noon)).toBe('2018-01-31T12:30:15.000Z');
    expect(formatOcpiDateTime(noon + 7)).toHaveLength(24);
    expect(parseOcpiDateTime(formatOcpiDateTime(noon + 7))).toBe(noon + 7);
  });
});
