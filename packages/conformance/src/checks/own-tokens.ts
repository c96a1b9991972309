import type { Token } from '@roamgrid/modules';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat } from '../check/expect';
import { eventually } from '../check/eventually';
import { field, type JsonObject } from '../check/field';
import { sampleToken } from '../samples/sample-token';
import type { Target } from '../target/target';
import { seedToken } from './asked-authorization';
import { told, type Ground } from './own-advice';
import { moments } from './seeded-location';

/** Rows about what an eMSP does with its Tokens, seen from a CPO that they are pushed to, and from its own systems. */
export const ownTokenChecks: readonly Check[] = [
  defineCheck({
    ids: ['TOK-18'],
    title: 'own tokens: ?type= stands in the URL of a push of all but RFID',
    needs: ['seed', 'tokens SENDER'],
    run: async (target) => {
      const { peer } = target.registration;
      const from = peer.requests.length;
      const uid = target.newId();
      for (const type of ['RFID', 'APP_USER', 'OTHER'] as const) await target.seed('tokens', [token(target, uid, { type })]);
      for (const type of ['RFID', 'APP_USER', 'OTHER'] as const) {
        const push = await peer.waitFor(`a push of ${uid} as ${type}`, ({ json }) => field(json, 'uid') === uid && field(json, 'type') === type, { from });
        const url = new URL(push.path, peer.url);
        expectEqual(url.searchParams.get('type') ?? 'RFID', type, 'type in the URL');
        const { country_code, party_id } = target.platformEmsp();
        expectEqual(url.pathname, `/2.2.1/receiver/tokens/${country_code}/${party_id}/${uid}`, 'path');
        await eventually(`the peer to hold ${type}`, () => Promise.resolve(peer.modules.held('tokens', country_code, party_id, uid, type) !== undefined));
      }
    },
  }),
  defineCheck({
    ids: ['TOK-21'],
    title: 'own tokens: one that is revoked reaches the peer with valid=false, and no DELETE is sent',
    needs: ['seed', 'remove', 'tokens SENDER'],
    run: async (target) => {
      const { peer } = target.registration;
      const revoked = await seedToken(target);
      const { country_code, party_id, uid } = revoked;
      await target.seed('tokens', [{ ...revoked, valid: false, last_updated: moments(target)(1) }]);
      await eventually('the peer to hold valid=false', () =>
        Promise.resolve(field(peer.modules.held('tokens', country_code, party_id, uid, 'RFID'), 'valid') === false),
      );
      const removed = await target.hooks.remove?.('tokens', [country_code, party_id, uid]);
      expectThat(removed?.taken === false, 'a refusal to delete it', removed?.said ?? 'nothing');
      const deletes = peer.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/tokens/'));
      expectEqual(deletes.map(({ path }) => path), [], 'DELETEs of Tokens:');
    },
  }),
  told('TOK-24', 'tokens', 'a Token that is not valid and may always charge', (ground) => ({
    good: [written(ground, { whitelist: 'ALWAYS' }), written(ground, { valid: false, whitelist: 'NEVER' })],
    bad: [written(ground, { valid: false, whitelist: 'ALWAYS' })],
  })),
  told('TOK-30', 'tokens', 'a Token of an app that is whitelisted', (ground) => ({
    good: [written(ground, { type: 'APP_USER' }), written(ground, { whitelist: 'ALLOWED' })],
    bad: [written(ground, { type: 'APP_USER', whitelist: 'ALLOWED' })],
  })),
  told('TOK-31', 'tokens', 'a group_id that OCPP 1.x cannot hold', (ground) => ({
    good: [written(ground, { group_id: 'G'.repeat(20) })],
    bad: [written(ground, { group_id: 'G'.repeat(21) })],
  })),
];

function token(target: Target, uid: string, change: Partial<Token>): Token {
  return sampleToken(target.platformEmsp(), uid, moments(target)(0), change);
}

function written({ target }: Ground, change: Partial<Token>): JsonObject {
  return { ...token(target, target.newId(), change) };
}
