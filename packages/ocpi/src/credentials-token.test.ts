import { authorizationHeader, hashToken, isCredentialsToken, tokenCandidates } from './credentials-token';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

describe('the Authorization header that we send', () => {
  it('TRN-03 is Token, one space, padded Base64 of the standard alphabet', () => {
    expect(authorizationHeader('example-token')).toBe('Token ZXhhbXBsZS10b2tlbg==');
    expect(authorizationHeader('>>>???~~~')).toBe('Token Pj4+Pz8/fn5+');
  });

  it('TRN-07 carries the raw token to a peer that wants it so', () => {
    expect(authorizationHeader('example-token', 'raw')).toBe('Token example-token');
  });
});

describe('the Authorization header that we read', () => {
  it('TRN-04 means the decoded token before the text itself', () => {
    expect(tokenCandidates('Token ZXhhbXBsZS10b2tlbg==')).toEqual(['example-token', 'ZXhhbXBsZS10b2tlbg==']);
  });

  it('TRN-05 may hold a line end behind the token: the official samples do', () => {
    expect(tokenCandidates('Token ZXhhbXBsZS10b2tlbgo=')[0]).toBe('example-token');
    expect(tokenCandidates(`Token ${base64('example-token\r\n')}`)[0]).toBe('example-token');
  });

  it('TRN-05 tolerates one line end, not two', () => {
    expect(tokenCandidates(`Token ${base64('example-token\n\n')}`)).toEqual([base64('example-token\n\n')]);
  });

  it('TRN-06 offers a raw token that looks like Base64 in both readings', () => {
    const raw = base64('abcdefghi');
    expect(tokenCandidates(`Token ${raw}`)).toEqual(['abcdefghi', raw]);
  });

  it('TRN-06 offers a raw token that decodes to garbage as the text alone', () => {
    const raw = '8f3b9c1e-77aa-4c0e-9d1e-000000000000';
    expect(tokenCandidates(`Token ${raw}`)).toEqual([raw]);
  });

  it.each(['token', 'TOKEN', 'tOkEn'])('TRN-08 knows the scheme as %s too', (scheme) => {
    expect(tokenCandidates(`${scheme} ${base64('secret')}`)[0]).toBe('secret');
  });

  it('TRN-08 trims white space around scheme and token', () => {
    expect(tokenCandidates(`  Token   ${base64('secret')} \t`)[0]).toBe('secret');
  });

  it.each([undefined, '', 'Token', 'Token ', 'Bearer c2VjcmV0', 'Basic c2VjcmV0', 'Tokenc2VjcmV0', 'Token a b', 'c2VjcmV0'])(
    'TRN-01 %j names no token',
    (header) => {
      expect(tokenCandidates(header)).toEqual([]);
    },
  );

  it('CRD-29 never offers what cannot be a credentials token', () => {
    expect(tokenCandidates(`Token ${base64('two words')}`)).toEqual([base64('two words')]);
    expect(tokenCandidates(`Token ${base64('t'.repeat(65))}`)).toEqual([]);
  });

  it('gives back every token that we could send', () => {
    const all = Array.from({ length: 0x7e - 0x21 + 1 }, (_, i) => String.fromCharCode(0x21 + i)).join('');
    for (const token of [all.slice(0, 64), all.slice(-64), '!', '~'.repeat(64)]) {
      expect(tokenCandidates(authorizationHeader(token))).toContain(token);
      expect(tokenCandidates(authorizationHeader(token, 'raw'))).toContain(token);
    }
  });
});

describe('a credentials token', () => {
  it.each([
    ['a', true],
    ['~'.repeat(64), true],
    ['!{"quoted"}', true],
    ['', false],
    ['t'.repeat(65), false],
    ['with space', false],
    ['line\n', false],
    ['tökèn', false],
    ['del\x7f', false],
  ])('CRD-29 %j: %s', (token, valid) => {
    expect(isCredentialsToken(token)).toBe(valid);
  });

  it('CRD-29 CRD-43 is hashed with a key, case-sensitive, to 64 hex digits', () => {
    expect(hashToken('key', 'Token')).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken('key', 'Token')).toBe(hashToken('key', 'Token'));
    expect(hashToken('key', 'Token')).not.toBe(hashToken('key', 'token'));
    expect(hashToken('key', 'Token')).not.toBe(hashToken('other key', 'Token'));
    // RFC 4231, test case 2: the hash is plain HMAC-SHA256, so that it can be made elsewhere.
    expect(hashToken('Jefe', 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
