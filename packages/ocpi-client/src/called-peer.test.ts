import { noQuirks, readQuirks } from '@roamgrid/ocpi';
import { calledPeer } from './called-peer';

describe('calledPeer', () => {
  it.each([
    ['2.2.1', {}, 'base64'],
    ['2.1.1', {}, 'raw'],
    ['2.2.1', { token_encoding: 'raw' }, 'raw'],
    ['2.1.1', { token_encoding: 'base64' }, 'base64'],
  ])('TRN-07: a peer on %s with quirks %j gets its token %s', (version, quirks, tokenEncoding) => {
    const peer = { id: 'p1', version, quirks, outbound_token: 'secret' };
    const expected = { key: 'p1', token: 'secret', tokenEncoding, quirks: readQuirks(quirks) };
    expect(calledPeer(peer)).toEqual(expected);
  });

  it('carries the quirks that change a call', () => {
    const peer = { id: 'p1', version: '2.2.1', quirks: { message_ids: 'false' }, outbound_token: 'secret' };
    expect(calledPeer(peer).quirks).toEqual({ ...noQuirks, message_ids: false });
  });
});
