import { KnownStates } from './known-states';

const bytes = (length: number): Buffer => Buffer.alloc(length, 1);

describe('KnownStates', () => {
  it('gives what the peer holds once: until it is remembered again it is not certain', () => {
    const known = new KnownStates(100);
    const state = bytes(10);
    known.remember('a', state);
    expect(known.take('a')).toBe(state);
    expect(known.take('a')).toBeUndefined();
  });

  it('forgets the oldest where there would be too much', () => {
    const known = new KnownStates(100);
    for (const id of ['a', 'b', 'a', 'c']) known.remember(id, bytes(40));
    expect(known.take('b')).toBeUndefined();
    expect(known.take('a')?.length).toBe(40);
    known.remember('d', bytes(60));
    expect(known.take('c')?.length).toBe(40);
    known.remember('e', bytes(101));
    expect([known.take('d'), known.take('e')]).toEqual([undefined, undefined]);
  });

  it('forgets all', () => {
    const known = new KnownStates(100);
    known.remember('a', bytes(60));
    known.forgetAll();
    expect(known.take('a')).toBeUndefined();
    known.remember('b', bytes(60));
    known.remember('c', bytes(40));
    expect(known.take('b')?.length).toBe(60);
  });
});
