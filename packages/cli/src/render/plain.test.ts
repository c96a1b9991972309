import { jsonText, plain } from './plain';

const HOSTILE = '\u001b[2J\u009b31mgone\u0007\r\nnext\u202eenil';

describe('text of partners', () => {
  it('steers no terminal, neither in a line nor as JSON', () => {
    expect(plain(HOSTILE)).toBe('[2J 31mgone next enil');
    expect(jsonText({ text: HOSTILE })).toBe('{\n  "text": "\\u001b[2J\\u009b31mgone\\u0007\\r\\nnext\\u202eenil"\n}');
    expect(JSON.parse(jsonText({ text: HOSTILE }))).toEqual({ text: HOSTILE });
  });

  it('is cut where it is too long, and empty where there is none', () => {
    expect(plain('abcdef', 4)).toBe('abc…');
    expect([plain(null), plain(undefined)]).toEqual(['', '']);
  });
});
