import { createHmac } from 'node:crypto';
import { ListCursorCodec, type ListCursor } from './list-cursor';

const cursor: ListCursor = { created: 1_767_225_600_123, key: 'NL*TNM*LOC/1 "ü"', offset: 50, total: 1_234 };
const scope = '["peer-1","locations","2.2.1",null]';

describe('a list cursor', () => {
  const codec = new ListCursorCodec('the key of cursors');

  it('PAG-28 comes back as it was signed, with or without a total', () => {
    expect(codec.decode(codec.encode(cursor, scope), scope)).toEqual(cursor);
    const { total: _, ...bare } = cursor;
    expect(codec.decode(codec.encode(bare, scope), scope)).toEqual(bare);
    expect(codec.decode(codec.encode({ ...bare, total: 0 }, scope), scope)).toEqual({ ...bare, total: 0 });
  });

  it('stands in a query as it is', () => {
    const text = codec.encode(cursor, scope);
    expect(encodeURIComponent(text)).toBe(text);
  });

  it('is good in another process with the same key', () => {
    expect(new ListCursorCodec('the key of cursors').decode(codec.encode(cursor, scope), scope)).toEqual(cursor);
  });

  it.each(['["peer-2","locations","2.2.1",null]', '["peer-1","tariffs","2.2.1",null]', '', `${scope} `])(
    'is worth nothing in another scope: %s',
    (other) => {
      expect(codec.decode(codec.encode(cursor, scope), other)).toBeUndefined();
    },
  );

  it('is worth nothing under another key', () => {
    expect(new ListCursorCodec('another key').decode(codec.encode(cursor, scope), scope)).toBeUndefined();
  });

  it('does not verify after a change of any character that changes what it says', () => {
    const text = codec.encode(cursor, scope);
    const same = JSON.stringify(cursor);
    for (let i = 0; i < text.length; i += 1) {
      const changed = `${text.slice(0, i)}${text[i] === 'A' ? 'B' : 'A'}${text.slice(i + 1)}`;
      const decoded = codec.decode(changed, scope);
      // The last character of Base64 may carry unused bits; what verifies must say what we signed.
      if (decoded) expect(JSON.stringify(decoded)).toBe(same);
      else expect(decoded).toBeUndefined();
    }
    expect(codec.decode(`B${text.slice(1)}`, scope)).toBeUndefined();
  });

  it('cannot be made by moving the border between scope and body', () => {
    const body = Buffer.from(JSON.stringify([1, 'NL*TNM*A', 0, null]));
    const forged = createHmac('sha256', 'the key of cursors').update(body).digest().subarray(0, 16);
    expect(codec.decode(`${body.toString('base64url')}.${forged.toString('base64url')}`, '')).toBeUndefined();
  });

  it.each(['', '.', 'a', 'a.b', '..', 'W10.', `${'x'.repeat(5_000)}.${'y'.repeat(22)}`, '{"created":1}', '\0.\0'])(
    'is undefined for %j, without an error',
    (text) => {
      expect(codec.decode(text, scope)).toBeUndefined();
    },
  );
});
