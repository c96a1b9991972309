import { readBody } from './read-body';

describe('readBody', () => {
  const read = (text: string): unknown => readBody(Buffer.from(text));

  it('reads an object with colons, quotes and escapes in its texts', () => {
    const value = { 'a:b': ['x:"y"\\', { ':': '\\":' }], n: null, __proto: [{}, [{}]] };
    expect(read(JSON.stringify(value))).toEqual(value);
  });

  it('TRN-44 refuses a name that stands twice in one object, at any depth and however it is written', () => {
    for (const text of ['{"a":1,"a":1}', '{"a":{"b":[{"c":1,"c":2}]}}', '{"a":1,"\\u0061":2}']) {
      expect(() => read(text)).toThrow('a name stands twice');
    }
    expect(read('{"a":{"a":1},"b":[{"a":1},{"a":1}]}')).toEqual({ a: { a: 1 }, b: [{ a: 1 }, { a: 1 }] });
  });

  it('TRN-22 refuses what is empty, no JSON, no UTF-8 or starts with a byte order mark', () => {
    for (const text of ['', '{', '{"a":1,}', '\uFEFF{}']) expect(() => read(text)).toThrow(/the body is/);
    expect(() => readBody(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow('no JSON in UTF-8');
  });

  it('TRN-44 refuses what is nested deeper than any OCPI object', () => {
    expect(() => read(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`)).toThrow('nested deeper than 64 levels');
  });
});
