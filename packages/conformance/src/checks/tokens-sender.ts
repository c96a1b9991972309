import { formatOcpiDateTime, joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectMethodNotAllowed, expectThat, show } from '../check/expect';
import { field } from '../check/field';
import { sampleToken } from '../samples/sample-token';
import { keyOf } from '../target/sender-interface';
import type { Target } from '../target/target';
import { seedToken } from './asked-authorization';
import { moments } from './seeded-location';

/** Rows about a platform that lists the Tokens of its own eMSP. */
export const tokensSenderChecks: readonly Check[] = [
  defineCheck({
    ids: ['TOK-01'],
    title: 'listed tokens: revoked ones too, complete, in the window of their revocation',
    needs: ['tokens SENDER', 'seed'],
    run: async (target) => {
      const token = await seedToken(target);
      const revoked = { ...token, valid: false, last_updated: formatOcpiDateTime(Date.parse(token.last_updated) + 60_000) };
      await target.seed('tokens', [revoked]);
      const { objects } = await target.registration.sender('tokens').crawl({ date_from: revoked.last_updated });
      const listed = objects.find((object) => keyOf(object) === keyOf(token));
      expectThat(field(listed, 'valid') === false, `${token.uid} with valid=false in the list`, show(listed));
      const fields = Object.keys(token).filter((name) => field(listed, name) === undefined);
      expectEqual(fields, [], 'fields that the listed Token lacks:');
    },
  }),
  defineCheck({
    ids: ['TOK-02', 'TRN-26'],
    title: 'tokens: the sender interface has no GET by uid, and PUT, PATCH, DELETE are 405',
    needs: ['tokens SENDER'],
    run: async (target) => {
      const { registration } = target;
      const [token] = await target.objects('tokens', 1);
      const sender = registration.sender('tokens');
      const routing = sender.routing();
      const single = await registration.call('GET', joinUrl(sender.endpoint, token?.id ?? ''), { routing });
      expectThat([404, 405].includes(single.http), 'HTTP 404 or 405', single.describe());
      for (const method of ['PUT', 'PATCH'] as const) {
        expectMethodNotAllowed(await registration.call(method, sender.endpoint, { body: {}, routing }));
      }
      expectMethodNotAllowed(await registration.call('DELETE', sender.endpoint, { routing }));
    },
  }),
  defineCheck({
    ids: ['TOK-32', 'TOK-04'],
    title: 'own tokens: uid and type, in any case of letters, name one Token; another type is another',
    needs: ['tokens SENDER', 'write'],
    run: async (target) => {
      const at = moments(target);
      const token = sampleToken(target.platformEmsp(), target.newId(), at(0));
      const again = { ...token, uid: token.uid.toLowerCase(), issuer: 'Again', last_updated: at(1) };
      const app = { ...token, type: 'APP_USER' as const };
      await target.seed('tokens', [token, app]);
      await target.hooks.write?.('tokens', [again]);
      const issuers = (await ownTokens(target, token.uid)).map((object) => [field(object, 'type'), field(object, 'issuer')]);
      const sorted = issuers.map(String).sort();
      const either = [['APP_USER,Conformance', 'RFID,Again'], ['APP_USER,Conformance', 'RFID,Conformance']];
      expectThat(either.some((each) => show(each) === show(sorted)), 'one Token of each type', show(sorted));
    },
  }),
];

async function ownTokens(target: Target, uid: string): Promise<readonly unknown[]> {
  const { objects } = await target.registration.sender('tokens').crawl();
  return objects.filter((object) => String(field(object, 'uid')).toUpperCase() === uid.toUpperCase());
}
