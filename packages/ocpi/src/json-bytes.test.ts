import fc from 'fast-check';
import { arrayMemberElements, jsonDepth } from './json-bytes';

const texts = (bytes: Buffer[] | undefined): string[] | undefined => bytes?.map((element) => element.toString());
const elements = (text: string, name = 'data'): string[] | undefined => texts(arrayMemberElements(Buffer.from(text), name));

/** Objects with names and strings that look like the structure around them. */
const trickyText = fc.oneof(
  fc.string(),
  fc.constantFrom('data', '"data":[', ']', '[', '{"a":1}', '},{', '\\', '\\"', '","', 'd\u0061ta', '\u2028', '💡', '\n\t', ''),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    trickyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(trickyText.filter((name) => name !== '__proto__'), tie('value'), { maxKeys: 4 }),
  ),
}));
const envelope = fc.record({
  before: fc.dictionary(trickyText.filter((name) => name !== 'data' && name !== '__proto__'), value, { maxKeys: 4 }),
  data: fc.array(value, { maxLength: 6 }),
  after: fc.dictionary(fc.string().map((name) => `after ${name}`), value, { maxKeys: 3 }),
  space: fc.constantFrom(undefined, 1, 4, '\t'),
});

describe('the elements of a list in JSON bytes', () => {
  it('TRN-40 are cut out so that each parses to what stood in the list, whatever stands around it', () => {
    fc.assert(
      fc.property(envelope, ({ before, data, after, space }) => {
        const text = JSON.stringify({ ...before, data, ...after }, undefined, space);
        const cut = elements(text);
        expect(cut?.map((element) => JSON.parse(element) as unknown)).toEqual((JSON.parse(text) as { data: unknown }).data);
      }),
      { numRuns: 500 },
    );
  });

  it('TRN-40 TYP-14 are the bytes that came: number forms, escapes, order and unknown fields', () => {
    const first = '{"id" : "A\\/1","kwh":1.500,"big":12345678901234567890,"exp":1E2,"x":{"b":1,"a":2}}';
    const second = '{"id":"\\u00e9","nothing":null}';
    expect(elements(`{"status_code":1000,"data":[ ${first} ,\n${second}\t],"timestamp":"x"}`)).toEqual([first, second]);
  });

  it('are told from brackets, quotes and commas in strings', () => {
    expect(elements('{"a":"\\"data\\":[9]","data":["],[","\\\\","\\"}",{"k]":"["}]}')).toEqual([
      '"],["',
      '"\\\\"',
      '"\\"}"',
      '{"k]":"["}',
    ]);
  });

  it.each([
    ['{"data":[]}', []],
    ['{ "data" : [ \r\n ] }', []],
    ['{"data":[1]}', ['1']],
    ['{"data":[[],[1,2],{}]}', ['[]', '[1,2]', '{}']],
    ['{"d\\u0061ta":[1,2]}', ['1', '2']],
    ['{"inner":{"data":[1]},"list":["data",["data"]],"data":[2]}', ['2']],
    ['{"name":"data","data":[3]}', ['3']],
  ])('of %s are %j', (text, expected) => {
    expect(elements(text)).toEqual(expected);
  });

  it.each(['{}', '{"data":null}', '{"data":{}}', '{"data":"[1]"}', '{"Data":[1]}', '{"inner":{"data":[1]}}', '{"a":"data"}'])(
    'are undefined where the member is absent or no list: %s',
    (text) => {
      expect(elements(text)).toBeUndefined();
    },
  );

  it('are views of the bytes given, not copies', () => {
    const bytes = Buffer.from('{"data":[{"a":1}]}');
    expect(arrayMemberElements(bytes, 'data')?.[0]?.buffer).toBe(bytes.buffer);
  });
});

describe('the depth of JSON bytes', () => {
  const depthOf = (parsed: unknown): number =>
    typeof parsed === 'object' && parsed !== null ? 1 + Math.max(0, ...Object.values(parsed).map(depthOf)) : 0;

  it('TRN-44 is that of the parsed value', () => {
    fc.assert(
      fc.property(value, (any) => {
        const text = JSON.stringify(any);
        expect(jsonDepth(Buffer.from(text))).toBe(depthOf(JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });

  it('TRN-44 is found without a stack, also of what is no JSON', () => {
    expect(jsonDepth(Buffer.from('['.repeat(1_000_000)))).toBe(1_000_000);
    expect(jsonDepth(Buffer.from(']]]][['))).toBe(0);
    expect(jsonDepth(Buffer.from('"[[[[ never closed'))).toBe(0);
    expect(jsonDepth(Buffer.alloc(0))).toBe(0);
  });
});
