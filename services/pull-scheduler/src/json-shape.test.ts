import { jsonShape } from './json-shape';

const shapeOf = (text: string): ReturnType<typeof jsonShape> => jsonShape(Buffer.from(text));

describe('jsonShape', () => {
  it.each([
    ['{"data":[{"a":[1,2]},{"b":{}},3]}', { depth: 4, commas: 2 }],
    ['{"data":[],"status_code":1000}', { depth: 2, commas: 0 }],
    ['{"a":"[[[[,,,,\\"{{","data":[1,2]}', { depth: 2, commas: 1 }],
    ['7', { depth: 0, commas: 0 }],
    ['', { depth: 0, commas: 0 }],
  ])('measures %s', (text, expected) => {
    expect(shapeOf(text)).toEqual(expected);
  });

  it('ends at text that does not', () => {
    expect(shapeOf('{"data":["abc\\')).toEqual({ depth: 2, commas: 0 });
    expect(shapeOf('}}]]')).toEqual({ depth: 0, commas: 0 });
  });
});
