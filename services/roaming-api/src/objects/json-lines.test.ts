import { jsonLines } from './json-lines';

const lines = (text: string): string => jsonLines(Buffer.from(text)).toString();

describe('jsonLines', () => {
  it('makes a line of each item', () => {
    expect(lines('[{"a":1},{"b":[1,2,{"c":"],["}]}]')).toBe('{"a":1}\n{"b":[1,2,{"c":"],["}]}\n');
  });

  it.each(['[]', '', '[ ]'.replace(' ', '')])('makes none of %j', (text) => {
    expect(lines(text)).toBe('');
  });

  it('leaves texts alone, with quotes, backslashes and signs of every kind in them', () => {
    const items = [{ text: 'a "quoted\\" one, {[' }, { text: 'é€𝄞\\\\' }, { 'na,me': '\n' }];
    const text = JSON.stringify(items);
    expect(lines(text)).toBe(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  });

  it('takes line breaks between tokens out, so that a line is an item', () => {
    const written = JSON.stringify([{ a: { b: 1 } }, { c: [2] }], null, 2).replaceAll('\n', '\r\n');
    const read = lines(written).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(read).toEqual([{ a: { b: 1 } }, { c: [2] }]);
  });

  it('keeps numbers as they were written', () => {
    expect(lines('[{"kwh":1.50,"big":12345678901234567890}]')).toBe('{"kwh":1.50,"big":12345678901234567890}\n');
  });
});
