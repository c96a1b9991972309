import { endingSoon } from './handshake';
import type { InboundRecord } from './peer-document';

const clock = { now: () => 1_000_000, sleep: () => Promise.resolve() };
const record: InboundRecord = { hash: 'h', sealed: 's', scope: 'all', expires: 0, pending: false };

describe('endingSoon', () => {
  it.each([
    [0, 60_000, 1_060_000],
    [0, 0, 1_000_000],
    [1_010_000, 60_000, 1_010_000],
    [2_000_000, 60_000, 1_060_000],
  ])('CRD-24: a token that would end at %d ends, with %d ms of grace, at %d', (expires, grace, expected) => {
    expect(endingSoon({ ...record, expires }, { clock, grace })).toEqual({ ...record, expires: expected });
  });
});
