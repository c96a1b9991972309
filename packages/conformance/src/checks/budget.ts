import { defineCheck, type Check } from '../check/define-check';
import { CheckFailure } from '../check/check-failure';
import { expectEnvelope, expectStatus, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';

/** So many requests at once are more than the budget of the special platform. */
const FLOOD = 60;

/** Rows about a peer that asks too much. */
export const budgetChecks: readonly Check[] = [
  defineCheck({
    ids: ['TRN-63'],
    title: 'more than a peer may ask: 429 with Retry-After and an envelope, and served again later',
    needs: ['withRoles'],
    run: async (target) => {
      const registration = await (await target.special()).register();
      const answers = await Promise.all(Array.from({ length: FLOOD }, () => registration.credentials()));
      const refused = answers.find(({ http }) => http !== 200);
      if (!refused) throw new CheckFailure(`a refusal among ${FLOOD} requests`, 'success of all');
      expectStatus(refused, 429, [2000, 3000]);
      expectEnvelope(refused);
      const after = refused.header('retry-after');
      expectThat(/^[1-9]\d*$/.test(after ?? ''), 'Retry-After in seconds', show(after));
      await eventually('the peer to be served again', async (note) => {
        const answer = await registration.credentials();
        note(answer.describe());
        return answer.statusCode === 1000;
      });
    },
  }),
];
