import { calledPeer } from './called-peer';

describe('calledPeer', () => {
  it.each([
    ['2.2.1', {}, 'base64'],
    ['2.1.1', {}, 'raw'],
    ['2.2.1', { token_encoding: 'raw' }, 'raw'],
    ['2.1.1', { token_encoding: 'base64' }, 'base64'],
  ])('TRN-07: a peer on %s with quirks %j gets its token %s', (version, quirks, tokenEncoding) => {
    const peer = { id: 'p1', version, quirks, outbound_token: 'secret' };
    expect(calledPeer(peer)).toEqual({ key: 'p1', token: 'secret', tokenEncoding });
  });
});
