import { withoutNulls } from './without-nulls';

describe('withoutNulls', () => {
  it('TRN-38 leaves out null fields at every depth', () => {
    const value = { a: null, b: { c: null, d: [{ e: null, f: 0 }] }, g: '', h: false };
    expect(withoutNulls(value)).toEqual({ b: { d: [{ f: 0 }] }, g: '', h: false });
    expect(value.b.d[0]).toEqual({ e: null, f: 0 });
  });

  it('keeps items of lists, so that a null among them is still refused', () => {
    expect(withoutNulls({ list: ['A', null] })).toEqual({ list: ['A', null] });
  });

  it('gives back the same object where there is nothing to leave out', () => {
    const value = { a: { b: [1, { c: 'x' }] } };
    expect(withoutNulls(value)).toBe(value);
  });
});
