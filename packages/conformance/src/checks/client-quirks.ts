import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat } from '../check/expect';
import { headerOf, type RecordedRequest } from '../peer/recorded-request';
import { connect, ordinaryConnection } from './credentials-client';

/** Rows about peers that want to be spoken to in a way of their own. */
export const clientQuirkChecks: readonly Check[] = [
  defineCheck({
    ids: ['TRN-07'],
    title: 'the token goes out raw to the one peer that is set so, and encoded to the others',
    needs: ['connect', 'locations RECEIVER'],
    run: async (target) => {
      const { handshake, tokenA } = await ordinaryConnection(target);
      const peer = target.newPeer();
      const encoded: string[] = [];
      peer.script = (request) => {
        if ([...peer.tokens].some((token) => isRaw(request, token))) return undefined;
        encoded.push(`${request.method} ${request.path}`);
        return { http: 401, status: 2000 };
      };
      const { link } = await connect(target, peer, { token_encoding: 'raw' });
      const from = peer.requests.length;
      await link.pull('locations', true);
      const isPull = ({ path, replied }: RecordedRequest): boolean => path.includes('/sender/locations') && replied === 200;
      await peer.waitFor('a pull of locations with the raw token', isPull, { from });
      expectEqual(encoded, [], 'requests without the raw token:');
      expectThat(!handshake.some((request) => isRaw(request, tokenA)), 'an encoded token at the other peer', 'a raw one');
    },
  }),
];

function isRaw(request: RecordedRequest, token: string): boolean {
  return headerOf(request, 'authorization') === `Token ${token}`;
}
