import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Party } from '@roamgrid/ocpi';
import fc from 'fast-check';
import type { FuzzRequest } from './fuzz-platform';

/** A route of the gateway, as its committed table has it. */
export interface Route {
  readonly method: string;
  readonly template: string;
}

/** All routes: those that the module declarations compile to, and those of versions and credentials. */
export function allRoutes(): readonly Route[] {
  const table = readFileSync(join(__dirname, '../../services/gateway/routes.snap.txt'), 'utf8');
  const compiled = [...table.matchAll(/^(\w+)\s+(\S+)/gm)].map(([, method = '', template = '']) => ({ method, template }));
  const fixed = [
    { method: 'GET', template: '/ocpi/versions' },
    { method: 'GET', template: '/ocpi/2.2.1' },
    ...['GET', 'POST', 'PUT'].map((method) => ({ method, template: '/ocpi/2.2.1/credentials' })),
  ];
  return [...compiled, ...fixed];
}

/** What hostile requests are made from: names that exist, and tokens that work or do not. */
export interface Ammunition {
  readonly token: string;
  /** The peer's party that owns what a route is about. */
  readonly own: (template: string) => Party;
  readonly foreign: Party;
  /** Ids of objects of the peer that are stored, and of what is nested in them, by the segment that names them. */
  readonly ids: Readonly<Record<string, string>>;
  /** A valid object for each route segment that takes one, to be damaged. */
  readonly valid: (template: string) => Record<string, unknown>;
}

/** A method that no route has, or that this one does not have, comes too. DELETE is aimed at what does not exist. */
export function hostileRequest(route: Route, ammunition: Ammunition): fc.Arbitrary<FuzzRequest> {
  const otherMethod = fc.constantFrom('OPTIONS', 'HEAD', 'TRACE', 'GET', 'POST');
  const method = fc.oneof({ weight: 9, arbitrary: fc.constant(route.method) }, { weight: 1, arbitrary: otherMethod });
  return method.chain((chosen) => {
    const removes = chosen === 'DELETE';
    const takesBody = ['PUT', 'PATCH', 'POST'].includes(chosen);
    return fc.record({
      method: fc.constant(chosen),
      path: pathOf(route.template, ammunition, removes),
      headers: headersOf(ammunition, route.template),
      body: takesBody ? hostileBody(ammunition.valid(route.template)) : fc.constant(undefined),
    });
  });
}

function pathOf(template: string, { own: ownerOf, foreign, ids }: Ammunition, removes: boolean): fc.Arbitrary<string> {
  const own = ownerOf(template);
  const countries = mostly(own.country_code, own.country_code.toLowerCase(), foreign.country_code, 'XX');
  const parties = mostly(own.party_id, own.party_id.toLowerCase(), foreign.party_id, 'ZZZ');
  const segments = template.split('/').map((segment) => {
    if (segment === ':country_code') return fc.oneof({ weight: 8, arbitrary: countries }, { weight: 1, arbitrary: oddSegment });
    if (segment === ':party_id') return fc.oneof({ weight: 8, arbitrary: parties }, { weight: 1, arbitrary: oddSegment });
    const known = removes ? undefined : ids[segment];
    if (segment.startsWith(':')) return known === undefined ? oddSegment : fc.oneof(mostly(known, ...Object.values(ids)), oddSegment);
    return fc.constant(segment);
  });
  const tail = mostly('', '/', '//', '/..', '/%2e%2e/', '/x/y/z');
  return fc.tuple(fc.tuple(...segments), tail, query).map(([parts, end, search]) => parts.join('/') + end + search);
}

/** The first three times out of four. */
function mostly(first: string, ...others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const percent = (byte: number): string => `%${byte.toString(16).padStart(2, '0')}`;

const oddSegment = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => [...bytes].map(percent).join('')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }).map(encodeURIComponent),
  fc.constantFrom('%00', '%2F', '%', '%zz', '..', '.', "'", '$ne', '*', '%F0%9F', 'a'.repeat(300), '__proto__', 'constructor'),
);

const queryNames = fc.constantFrom('limit', 'offset', 'date_from', 'date_to', 'cursor', 'after', 'total', 'limit[$gt]', 'x', '__proto__', 'type');

const queryValue = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom('', '-1', '0', '1e3', '99999999999999999999', '0x10', 'NaN', '2026-01-01T00:00:00Z', '2026-13-01T00:00:00Z', '%', '%ff', 'null', 'RFID', 'APP_USER'),
  fc.string({ unit: 'grapheme', maxLength: 30 }).map(encodeURIComponent),
);

const query = fc
  .array(fc.tuple(queryNames, queryValue), { maxLength: 4 })
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`));

/** Visible ASCII, which is what a header may hold. */
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);

function headersOf({ token, own, foreign }: Ammunition, template: string): fc.Arbitrary<Record<string, string>> {
  const right = `Token ${Buffer.from(token).toString('base64')}`;
  const authorization = fc.oneof(
    { weight: 12, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.constantFrom(`Token ${token}`, `token ${token}`, `Bearer ${token}`, 'Token', 'Token ', 'Basic YTpi') },
    { weight: 1, arbitrary: headerValue },
  );
  return fc
    .tuple(authorization, fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: wildHeaders(own(template), foreign) }))
    .map(([value, others]) => ({ authorization: value, ...others }));
}

function wildHeaders(own: Party, foreign: Party): fc.Arbitrary<Record<string, string>> {
  const parties = fc.oneof(fc.constantFrom(own.party_id, foreign.party_id, 'ZZZ'), headerValue);
  const countries = fc.oneof(fc.constantFrom(own.country_code, foreign.country_code), headerValue);
  return fc.record(
    {
      'content-type': fc.oneof(fc.constantFrom('application/json', 'text/plain', 'application/json; charset=latin1', 'multipart/form-data'), headerValue),
      'content-encoding': fc.constantFrom('identity', 'gzip', 'br', 'nonsense'),
      'accept-encoding': fc.oneof(fc.constantFrom('gzip', '*;q=0', 'identity;q=0'), headerValue),
      'x-request-id': headerValue,
      'x-correlation-id': headerValue,
      'ocpi-from-country-code': countries,
      'ocpi-from-party-id': parties,
      'ocpi-to-country-code': countries,
      'ocpi-to-party-id': parties,
      'if-none-match': headerValue,
      traceparent: headerValue,
      'x-forwarded-for': headerValue,
    },
    { requiredKeys: [], noNullPrototype: true },
  );
}

/** Anything at all, or a valid object with one thing wrong. */
function hostileBody(valid: Record<string, unknown>): fc.Arbitrary<Buffer | undefined> {
  const whole = JSON.stringify(valid);
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? '');
  return fc.oneof(
    fc.constant(undefined),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.jsonValue({ maxDepth: 4 }).map(json),
    fc.integer({ min: 0, max: whole.length - 1 }).map((length) => Buffer.from(whole.slice(0, length))),
    fc.integer({ min: 1, max: 2_000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
    fc.constantFrom('null', '{"id":1,"id":2}', '\uFEFF{}', '{"a":1e999}', '{"__proto__":{}}', '"\\ud800"').map((text) => Buffer.from(text)),
    { weight: 6, arbitrary: damaged(valid).map(json) },
  );
}

const wrongValue = fc.oneof(
  fc.constantFrom<unknown>(null, '', [], {}, -1, 1.5, true, 'x'.repeat(300), 'a\u0000b', '2026-02-30T00:00:00Z', 1e308, 'ünïcode', [null], [[]]),
  fc.jsonValue({ maxDepth: 1 }),
);

/** One field, at any depth, replaced or taken away. */
function damaged(valid: Record<string, unknown>): fc.Arbitrary<unknown> {
  const places = placesIn(valid);
  return fc.tuple(fc.constantFrom(...places), fc.option(wrongValue, { nil: undefined })).map(([place, value]) => {
    const copy: unknown = structuredClone(valid);
    const parent = place.slice(0, -1).reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], copy);
    const name = place.at(-1) ?? '';
    if (value === undefined) delete (parent as Record<string, unknown>)[name];
    else (parent as Record<string, unknown>)[name] = value;
    return copy;
  });
}

function placesIn(node: unknown, above: readonly string[] = []): string[][] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [[...above, name], ...placesIn(value, [...above, name])]);
}
