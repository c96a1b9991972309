import type { Token } from '@roamgrid/modules';
import { allowedByStore, allowedOffline, askingOf } from './whitelist';

type Whitelist = Token['whitelist'];

describe('whether an eMSP is asked about a Token that is known', () => {
  it.each<[string, Whitelist, boolean, string]>([
    ['TOK-24', 'ALWAYS', true, 'never'],
    ['TOK-25', 'ALLOWED', false, 'never'],
    ['TOK-25', 'ALLOWED', true, 'always'],
    ['TOK-26', 'ALLOWED_OFFLINE', false, 'always'],
    ['TOK-27', 'NEVER', false, 'always'],
  ])('%s %s, where ALLOWED asks: %s', (_row, whitelist, allowedAsks, asking) => {
    expect(askingOf({ whitelist }, allowedAsks)).toBe(asking);
  });
});

it.each<[string, Whitelist, boolean, string]>([
  ['TOK-26', 'ALLOWED_OFFLINE', true, 'ALLOWED'],
  ['TOK-26', 'ALLOWED_OFFLINE', false, 'BLOCKED'],
  ['TOK-27', 'NEVER', true, 'NOT_ALLOWED'],
  ['TOK-25', 'ALLOWED', true, 'ALLOWED'],
])('%s a Token that is %s and whose validity is %s, while nobody can be asked: %s', (_row, whitelist, valid, allowed) => {
  expect(allowedOffline({ whitelist, valid })).toBe(allowed);
});

it('TOK-24 without a word of the eMSP what is stored holds: a Token that is not valid is refused', () => {
  expect([allowedByStore({ valid: true }), allowedByStore({ valid: false })]).toEqual(['ALLOWED', 'BLOCKED']);
});
