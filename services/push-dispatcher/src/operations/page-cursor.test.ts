import { pageLimit, readCursor, writeCursor } from './page-cursor';

describe('page cursor', () => {
  it('is read as it was written', () => {
    const cursor = { at: 1_790_000_000_000, id: 'peer|cdrs|NL*OWN*Ä b\n1' };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
    expect(readCursor('')).toBeUndefined();
  });

  it('refuses what was never written', () => {
    for (const text of ['x', 'MTIz', Buffer.from('now peer').toString('base64url')]) expect(() => readCursor(text)).toThrow('after:');
  });

  it('pages have 1 to 500 entries', () => {
    expect([pageLimit(1), pageLimit(500)]).toEqual([1, 500]);
    for (const limit of [0, 501, -1, 1.5]) expect(() => pageLimit(limit)).toThrow('limit:');
  });
});
