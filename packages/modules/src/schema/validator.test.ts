import { jsonSchemaOf } from './json-schema';
import { many, maybe, object, one, some } from './object';
import { objectSchema } from './object-schema';
import { boolean, ciString, dateTime, enumOf, int, number, openEnumOf, string, url } from './primitives';
import { describeProblems, type Problem } from './problem';
import { simpleType } from './type';
import type { Validator } from './validator';

const Plug = object('Plug', { id: one(ciString(4)), kind: one(enumOf('Kind', ['A', 'b'])) });
const Box = object('Box', {
  id: one(ciString(4)),
  title: maybe(string(5)),
  plugs: some(Plug),
  tags: many(openEnumOf('Tag', ['RED', 'GREEN'])),
  limit: maybe(int({ max: 99 })),
  price: maybe(number),
  open: maybe(boolean),
  page: maybe(url),
  last_updated: one(dateTime),
});
const box = objectSchema(Box, { requiredInPatch: ['last_updated'] });
const good = { id: 'b1', plugs: [{ id: 'p', kind: 'b' }], last_updated: '2026-06-07T18:40:07Z' };

function problems(check: Validator, value: unknown): readonly Problem[] {
  const result = check(value);
  return result.ok ? [] : result.problems;
}

function paths(check: Validator, value: unknown): string[] {
  return problems(check, value).map(({ path }) => path);
}

describe('a whole object', () => {
  it('TRN-36 takes absent, null and [] as equal in what is received', () => {
    expect(box.put.received(good).ok).toBe(true);
    expect(box.put.received({ ...good, title: null, tags: null, limit: null, page: null }).ok).toBe(true);
    expect(box.put.received({ ...good, tags: [] }).ok).toBe(true);
  });

  it('TRN-38 has no nulls in what is ours', () => {
    expect(paths(box.put.own, { ...good, title: null, tags: null })).toEqual(['/title', '/tags']);
  });

  it('TRN-30 names each missing required field', () => {
    expect(problems(box.put.received, { id: 'b1' })).toEqual([
      { path: '/plugs', message: 'is required' },
      { path: '/last_updated', message: 'is required' },
    ]);
    expect(paths(box.put.received, { ...good, id: null })).toEqual(['/id']);
  });

  it('TRN-37 refuses an empty list where one item is the least', () => {
    expect(problems(box.put.received, { ...good, plugs: [] })).toEqual([
      { path: '/plugs', message: 'must be a list of at least one Plug' },
    ]);
  });

  it('TRN-39 ignores unknown fields at every level', () => {
    const value = { ...good, extra: 1, plugs: [{ id: 'p', kind: 'A', more: { x: null } }] };
    expect(box.put.received(value).ok).toBe(true);
    expect(box.put.own(value).ok).toBe(true);
  });

  it('TRN-41 AMB-28 tolerates unknown literals of open enums from peers only, never of closed ones', () => {
    const unknown = { ...good, tags: ['BLUE'] };
    expect(box.put.received(unknown).ok).toBe(true);
    expect(problems(box.put.own, unknown)).toEqual([
      { path: '/tags/0', message: 'must be one of RED, GREEN', value: '"BLUE"' },
    ]);
    expect(paths(box.put.received, { ...good, plugs: [{ id: 'p', kind: 'B' }] })).toEqual(['/plugs/0/kind']);
  });

  it('refuses what is no object', () => {
    for (const value of [null, [], 'x', 1, undefined]) expect(box.put.received(value).ok).toBe(false);
  });
});

describe('types', () => {
  it('TYP-04 TYP-05 takes long fractions from peers, at most 25 characters of our own', () => {
    const long = { ...good, last_updated: '2026-06-07T18:40:07.123456789Z' };
    expect(box.put.received(long).ok).toBe(true);
    expect(paths(box.put.own, long)).toEqual(['/last_updated']);
    expect(box.put.own({ ...good, last_updated: '2026-06-07T18:40:07.1234Z' }).ok).toBe(true);
  });

  it.each(['é', 'a\tb', 'a\nb', '\u007f'])('TYP-07 TYP-09 refuses the CiString %j', (id) => {
    expect(paths(box.put.received, { ...good, id })).toEqual(['/id']);
  });

  it('TYP-10 has no control characters; of peers TAB, LF and CR pass', () => {
    for (const title of ['a\tb', 'a\nb', 'a\rb']) {
      expect(box.put.received({ ...good, title }).ok).toBe(true);
      expect(paths(box.put.own, { ...good, title })).toEqual(['/title']);
    }
    for (const title of ['a\u0000', 'a\u001b', 'a\u0085']) {
      expect(paths(box.put.received, { ...good, title })).toEqual(['/title']);
    }
  });

  it('TYP-11 counts characters, not bytes or code units', () => {
    expect(box.put.received({ ...good, title: 'ŁŁŁŁŁ' }).ok).toBe(true);
    expect(box.put.received({ ...good, title: '⚡🔌⚡🔌⚡' }).ok).toBe(true);
    expect(paths(box.put.received, { ...good, title: '123456' })).toEqual(['/title']);
  });

  it('TYP-12 takes enum literals as they are written', () => {
    expect(paths(box.put.received, { ...good, plugs: [{ id: 'p', kind: 'a' }] })).toEqual(['/plugs/0/kind']);
  });

  it('TYP-13 TYP-14 takes any JSON number and no quoted one', () => {
    for (const price of [5, 5.25, 1e-7, -1, 123456789.1234]) expect(box.put.own({ ...good, price }).ok).toBe(true);
    expect(paths(box.put.received, { ...good, price: '5' })).toEqual(['/price']);
  });

  it('TYP-15 takes whole numbers within limits', () => {
    expect(box.put.received({ ...good, limit: 99 }).ok).toBe(true);
    for (const limit of [100, 1.5, '1']) expect(paths(box.put.received, { ...good, limit })).toEqual(['/limit']);
  });

  it('TYP-16 takes absolute URLs of at most 255 characters', () => {
    const start = 'https://example.com/';
    expect(box.put.received({ ...good, page: start.padEnd(255, 'x') }).ok).toBe(true);
    for (const page of [start.padEnd(256, 'x'), '/relative']) {
      expect(paths(box.put.received, { ...good, page })).toEqual(['/page']);
    }
  });
});

describe('a PATCH body', () => {
  it('TRN-32 needs no field but those named', () => {
    expect(box.patch.received({ title: 'new', last_updated: good.last_updated }).ok).toBe(true);
    expect(paths(box.patch.received, { title: 'new' })).toEqual(['/last_updated']);
  });

  it('TRN-35 takes null for an optional field, not for a required one', () => {
    expect(box.patch.received({ title: null, tags: null, last_updated: good.last_updated }).ok).toBe(true);
    expect(box.patch.own({ title: null, last_updated: good.last_updated }).ok).toBe(true);
    expect(paths(box.patch.received, { id: null, plugs: null, last_updated: good.last_updated })).toEqual([
      '/id',
      '/plugs',
    ]);
    expect(paths(box.patch.received, { last_updated: null })).toEqual(['/last_updated']);
  });

  it('TRN-37 refuses an empty list where one item is the least, and items that are not whole', () => {
    expect(paths(box.patch.received, { plugs: [], last_updated: good.last_updated })).toEqual(['/plugs']);
    expect(paths(box.patch.received, { plugs: [{ id: 'p' }], last_updated: good.last_updated })).toEqual([
      '/plugs/0/kind',
    ]);
  });
});

describe('a report', () => {
  it('holds the first 10 problems, each once', () => {
    const plugs = Array.from({ length: 50 }, () => ({ id: 'p', kind: 'Z' }));
    expect(paths(box.put.received, { ...good, plugs })).toEqual(
      plugs.slice(0, 10).map((_, index) => `/plugs/${index}/kind`),
    );
  });

  it('is one readable line', () => {
    const found = problems(box.put.own, { ...good, title: 'much too long', tags: ['BLUE'], limit: 1000, price: '1' });
    expect(describeProblems(found)).toBe(
      '/title must be text of at most 5 characters without control characters, found "much too long"; ' +
        '/tags/0 must be one of RED, GREEN, found "BLUE"; ' +
        '/limit must be a whole number up to 99, found 1000; and 1 more',
    );
  });

  it('shortens long values and shows none of objects and secrets', () => {
    const Safe = object('Safe', {
      token: one(simpleType<string>('token', { type: 'string', maxLength: 3, secret: true })),
    });
    const [problem] = problems(objectSchema(Safe).put.received, { token: 'hush-hush' });
    expect(problem?.path).toBe('/token');
    expect(JSON.stringify(problem)).not.toContain('hush');
    expect(problems(box.put.received, { ...good, title: 'x'.repeat(1000) })[0]?.value).toBe(`"${'x'.repeat(40)}…"`);
    expect(problems(box.put.received, { ...good, title: { a: 1 } })[0]).not.toHaveProperty('value');
  });
});

it('two object types of one name are refused', () => {
  const Other = object('Plug', { id: one(ciString(9)) });
  const Both = object('Both', { a: one(Plug), b: one(Other) });
  expect(() => jsonSchemaOf(Both, 'own')).toThrow('two object types are named Plug');
});
