import { ListCursorCodec } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import { readListQuery, type ListQuery } from './list-query';

const cursors = new ListCursorCodec('the key of cursors');
const read = (query: Record<string, unknown>, list = 'peer-1 locations'): ListQuery =>
  readListQuery(query, { defaultLimit: 100, maxLimit: 500, cacheBytes: 0 }, list, cursors);

function refusal(query: Record<string, unknown>, list?: string): [string, string] {
  try {
    read(query, list);
  } catch (error) {
    const { code, message } = RoamgridError.from(error);
    return [code, message];
  }
  throw new Error('the query was taken');
}

describe('the query of a list', () => {
  it('PAG-01 PAG-05 may be empty: from the start, as many as the default, any date', () => {
    const { scope: _, ...query } = read({});
    expect(query).toEqual({ offset: 0, limit: 100, filters: [] });
  });

  it('PAG-01 has offset, limit and a window of instants', () => {
    expect(read({ date_from: '2026-01-01T00:00:00Z', date_to: '2026-01-02T00:00:00.5', offset: '50', limit: '7' })).toMatchObject({
      dateFrom: Date.UTC(2026, 0, 1),
      dateTo: Date.UTC(2026, 0, 2) + 500,
      offset: 50,
      limit: 7,
    });
  });

  it('PAG-08 a limit above ours is ours', () => {
    expect(read({ limit: '2000' }).limit).toBe(500);
    expect(read({ limit: '500' }).limit).toBe(500);
  });

  it('PAG-23 a limit of 0 is taken', () => {
    expect(read({ limit: '0' }).limit).toBe(0);
  });

  it('PAG-10 keeps the filters in the words they came in, for the next link', () => {
    expect(read({ date_from: '2026-01-01T00:00:00', offset: '5', x: '1' }).filters).toEqual([['date_from', '2026-01-01T00:00:00']]);
    expect(read({ date_to: '2026-01-02T00:00:00Z', date_from: '2026-01-01T00:00:00Z' }).filters.map(([name]) => name)).toEqual([
      'date_from',
      'date_to',
    ]);
  });

  it.each([
    ['offset', '-1'],
    ['offset', '1.5'],
    ['offset', 'ten'],
    ['offset', '1e3'],
    ['offset', '9'.repeat(400)],
    ['limit', '-1'],
    ['limit', ' 1'],
    ['limit', '0x10'],
    ['limit', 'NaN'],
  ])('PAG-22 %s=%s is refused by name', (name, value) => {
    expect(refusal({ [name]: value })).toEqual(['parameter.invalid', `${name}: expected a whole number from 0`]);
  });

  it.each([
    ['date_from', 'yesterday'],
    ['date_from', '2026-01-01'],
    ['date_from', '2026-02-31T00:00:00Z'],
    ['date_to', '2026-01-01T00:00:00+01:00'],
    ['date_to', '1767225600'],
  ])('PAG-22 TYP-03 %s=%s is refused by name', (name, value) => {
    expect(refusal({ [name]: value })).toEqual(['parameter.invalid', expect.stringMatching(new RegExp(`^${name}: expected a DateTime in UTC`))]);
  });

  it.each(['offset', 'limit', 'date_from', 'date_to', 'cursor'])('PAG-22 %s given twice is refused', (name) => {
    expect(refusal({ [name]: ['1', '2'] })).toEqual(['parameter.invalid', `${name}: given more than once`]);
  });

  it('PAG-22 an inverted window is read; it holds nothing', () => {
    expect(read({ date_from: '2026-01-02T00:00:00Z', date_to: '2026-01-01T00:00:00Z' })).toMatchObject({ dateFrom: expect.any(Number) });
  });

  it('PAG-24 what we do not know is ignored, empty values too', () => {
    expect(read({ sort: 'desc', page: ['1', '2'], offset: '', limit: '', date_from: '', cursor: '' })).toMatchObject({ offset: 0, limit: 100 });
  });

  describe('with a cursor of ours', () => {
    const window = { date_from: '2026-01-01T00:00:00Z' };
    const position = { created: 5, key: 'NL*TNM*LOC1', offset: 50, total: 80 };
    const signed = (query: Record<string, unknown> = {}): string => cursors.encode(position, read(query).scope);

    it('PAG-28 goes on behind it', () => {
      expect(read({ offset: '50', cursor: signed() }).cursor).toEqual(position);
      expect(read({ ...window, offset: '50', cursor: signed(window) }).cursor).toEqual(position);
    });

    it('PAG-28 the same window in other words is the same list', () => {
      expect(read({ date_from: '2026-01-01T00:00:00.000', offset: '50', cursor: signed(window) }).cursor).toEqual(position);
    });

    it('goes by the offset when that was changed by hand', () => {
      expect(read({ offset: '49', cursor: signed() }).cursor).toBeUndefined();
      expect(read({ cursor: signed() }).cursor).toBeUndefined();
    });

    it.each([
      ['of another window', () => ({ query: { offset: '50', cursor: signed(window) }, list: 'peer-1 locations' })],
      ['of another list', () => ({ query: { offset: '50', cursor: signed() }, list: 'peer-2 locations' })],
      ['that nobody signed', () => ({ query: { offset: '50', cursor: 'WzEsIkEiLDUwLG51bGxd.AAAA' }, list: 'peer-1 locations' })],
    ])('is refused if it is one %s', (_, make) => {
      const { query, list } = make();
      expect(refusal(query, list)).toEqual(['parameter.invalid', expect.stringMatching(/^cursor: /)]);
    });
  });
});
