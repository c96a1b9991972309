import { declaredQuirks } from './declared-quirks';
import { noQuirks, quirkNameProblem, quirkNames, quirkProblem, quirkTextProblem, quirkValues, readQuirks } from './quirks';

describe('quirks', () => {
  it('are as OCPI says where none is set', () => {
    expect(readQuirks({})).toEqual(noQuirks);
    expect(noQuirks).toMatchObject({ push_method: 'put', message_ids: true, page_size: undefined, bare_answers: false });
  });

  it('are read from the texts by which they are stored', () => {
    const stored = { token_encoding: 'raw', message_ids: 'false', page_size: '50', requests_per_second: '0.5' };
    const values = { token_encoding: 'raw', message_ids: false, page_size: 50, requests_per_second: 0.5 };
    expect(quirkValues(stored)).toEqual(values);
    expect(readQuirks(stored)).toEqual({ ...noQuirks, ...values });
    expect(readQuirks(stored)).toBe(readQuirks(stored));
  });

  it('pass over names and texts that mean nothing here', () => {
    expect(readQuirks({ from_the_future: 'x', message_ids: 'no', page_size: '1e3', push_method: '' })).toEqual(noQuirks);
  });

  it('take every value that their schema allows, and its text', () => {
    for (const name of quirkNames) {
      const { schema } = declaredQuirks[name] as { schema: { enum?: string[]; type?: string; minimum?: number; maximum?: number } };
      const values = schema.enum ?? (schema.type === 'boolean' ? [true, false] : [schema.minimum, schema.maximum]);
      for (const value of values) {
        expect([name, value, quirkProblem(name, value)]).toEqual([name, value, undefined]);
        expect(quirkValues({ [name]: String(value) })).toEqual({ [name]: value });
      }
    }
  });

  it.each([
    ['page_size', '0'],
    ['page_size', '10001'],
    ['page_size', '1.5'],
    ['page_size', '+5'],
    ['page_size', ''],
    ['requests_per_second', '0.05'],
    ['requests_per_second', 'NaN'],
    ['message_ids', 'TRUE'],
    ['push_method', 'post'],
  ])('%s can not be %j', (name, text) => {
    expect(quirkTextProblem(name, text)).toMatch(new RegExp(`^${name}: expected `));
  });

  it.each(['unknown', 'constructor', '__proto__', ''])('there is none called %j; the known ones are named', (name) => {
    const problem = `unknown quirk ${JSON.stringify(name)}; known are ${quirkNames.join(', ')}`;
    expect([quirkNameProblem(name), quirkTextProblem(name, 'x'), quirkProblem(name, 1)]).toEqual([problem, problem, problem]);
  });
});
