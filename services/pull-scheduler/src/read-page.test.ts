import type { IncomingHttpHeaders } from 'node:http';
import { OcpiAnswer } from '@roamgrid/ocpi-client';
import { readPage } from './read-page';
import { Setback } from './setback';

const now = Date.UTC(2026, 0, 1);

function answer(body: string | Buffer, httpStatus = 200, headers: IncomingHttpHeaders = {}): OcpiAnswer {
  return new OcpiAnswer({ httpStatus, headers, body: Buffer.from(body), millis: 1, requestId: 'r' });
}

const page = (data: string, status = 1000): string =>
  `{"status_code":${status},"timestamp":"2026-01-01T00:00:00Z","data":${data}}`;

function setbackOf(bad: OcpiAnswer): Setback {
  try {
    readPage(bad, now);
  } catch (error) {
    if (error instanceof Setback) return error;
    throw error;
  }
  throw new Error('it was read as a page');
}

describe('readPage', () => {
  it('TRN-42: cuts out every object as the bytes that arrived, good or bad', () => {
    const { objects } = readPage(answer(page(' [ {"a":1.0} , {"b":"]"},5, null ]')), now);
    expect(objects.map(String)).toEqual(['{"a":1.0}', '{"b":"]"}', '5', 'null']);
  });

  it('TRN-42: leaves it to the service to judge what stands between the commas', () => {
    const { objects } = readPage(answer(page('[{"a":1},{"b":},,{"c":tru}]')), now);
    expect(objects.map(String)).toEqual(['{"a":1}', '{"b":}', '', '{"c":tru}']);
  });

  it('PAG-15, PAG-06: reads the next link and the count', () => {
    const headers = { link: '<https://x/?offset=2>; rel="next"', 'x-total-count': ' 12 ' };
    expect(readPage(answer(page('[]'), 200, headers), now)).toEqual({
      objects: [],
      link: 'https://x/?offset=2',
      total: 12,
    });
  });

  it.each([[undefined], ['many'], ['-1'], ['1e3'], ['']])('takes X-Total-Count %s for none', (count) => {
    const headers = count === undefined ? {} : { 'x-total-count': count };
    expect(readPage(answer(page('[]'), 200, headers), now)).toEqual({ objects: [], link: undefined, total: null });
  });

  it.each<[string, OcpiAnswer, string, string]>([
    ['HTML with 200', answer('<html>maintenance</html>'), 'peer.bad_answer', 'without an OCPI envelope'],
    ['a truncated page', answer(page('[{"a":1}').slice(0, -5)), 'peer.bad_answer', 'without an OCPI envelope'],
    ['no data', answer('{"status_code":1000}'), 'peer.bad_answer', 'data is no list'],
    ['one object as data', answer(page('{"id":"1"}')), 'peer.bad_answer', 'data is no list'],
    ['HTTP 500', answer('oops', 500), 'peer.refused', 'HTTP 500'],
    ['a redirect', answer('', 302, { location: 'https://x/' }), 'peer.refused', 'redirects are not followed'],
    ['OCPI 3000', answer(page('[]', 3000)), 'peer.refused', 'OCPI status 3000'],
    ['an expired token', answer(page('[]', 2001), 401), 'peer.refused', 'HTTP 401'],
    ['a nesting bomb', answer(page('['.repeat(50_000))), 'peer.bad_answer', 'nested deeper than 80'],
    ['two lists', answer(`{"data":[1],${page('[1,2]').slice(1)}`), 'peer.bad_answer', 'more than once'],
    ['quoted nonsense', answer('{ "a\\q": [1] }'), 'peer.bad_answer', 'without an OCPI envelope'],
    ['an unclosed list', answer(page('[{"a":1}')), 'peer.bad_answer', 'without an OCPI envelope'],
    [
      'a list of data that is no data',
      answer(page('[1]', 1000).replace('"data"', '"dat"')),
      'peer.bad_answer',
      'data is no list',
    ],
    ['a page of numbers', answer(page(`[${'0,'.repeat(100_000)}0]`)), 'peer.bad_answer', 'a page of 100001 objects'],
  ])('TRN-21: %s is an answer that is no page', (_what, bad, code, message) => {
    const setback = setbackOf(bad);
    expect(setback).toMatchObject({ fault: 'answer', code });
    expect(setback.message).toContain(message);
  });

  it.each<[string, OcpiAnswer]>([
    ['HTTP 404', answer('', 404)],
    ['HTTP 410', answer('', 410)],
    ['OCPI 2001', answer(page('[]', 2001))],
  ])('%s refuses the page itself', (_what, refusal) => {
    expect(setbackOf(refusal).fault).toBe('link');
  });

  it('TRN-63: keeps Retry-After', () => {
    expect(setbackOf(answer('', 429, { 'retry-after': '7' }))).toMatchObject({ fault: 'answer', retryAfter: 7_000 });
    expect(setbackOf(answer('', 503)).retryAfter).toBe(0);
  });
});
