import { defineCheck, type Check } from '../check/define-check';
import { expectRefused, expectStatus, expectSuccess } from '../check/expect';
import { textField, without, type JsonObject } from '../check/field';
import type { Candidate } from '../target/candidate';
import type { Target } from '../target/target';

/** Rows about the Credentials object that a peer sends. Each check posts objects until one is taken, or none is. */
export const credentialsObjectChecks: readonly Check[] = [
  defineCheck({
    ids: ['CRD-29'],
    title: 'tokens that are empty, longer than 64 or hold a blank are refused with 2001',
    needs: ['invite'],
    run: (target) =>
      refuseEach(target, (own) => [
        ['an empty token', { ...own, token: '' }],
        ['a token of 65 characters', { ...own, token: 'x'.repeat(65) }],
        ['a token with a blank', { ...own, token: 'two words' }],
        ['a token with a line end', { ...own, token: 'token\n' }],
        ['a token that is not ASCII', { ...own, token: 'tökên' }],
        ['no token', without(own, 'token')],
      ]),
  }),
  defineCheck({
    ids: ['CRD-29', 'TRN-04'],
    title: 'a token of 64 characters of every kind is taken and used as it is',
    needs: ['invite'],
    run: async (target) => {
      const candidate = await target.candidate();
      const token = `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~${target.random(64)}`.slice(0, 64);
      candidate.peer.tokens.add(token);
      const answer = await candidate.post(candidate.peer.credentials(token));
      expectStatus(answer, [200, 201], 1000);
      const tokenC = textField(answer.data, 'token') ?? '';
      expectSuccess(await candidate.client.call('DELETE', candidate.credentialsUrl, { token: tokenC }));
    },
  }),
  defineCheck({
    ids: ['CRD-31'],
    title: 'roles that are missing, empty or incomplete are refused with 2001',
    needs: ['invite'],
    run: (target) =>
      refuseEach(target, (own) => {
        const role = target.newRole('CPO');
        return [
          ['no roles', without(own, 'roles')],
          ['empty roles', { ...own, roles: [] }],
          ['a role without role', { ...own, roles: [without(role, 'role')] }],
          ['a role without party_id', { ...own, roles: [without(role, 'party_id')] }],
          ['a role without country_code', { ...own, roles: [without(role, 'country_code')] }],
          ['a role without business_details', { ...own, roles: [without(role, 'business_details')] }],
          ['business_details without name', { ...own, roles: [{ ...role, business_details: {} }] }],
          ['an unknown role', { ...own, roles: [{ ...role, role: 'MSP' }] }],
          ['a party_id of four characters', { ...own, roles: [{ ...role, party_id: 'ABCD' }] }],
          ['a country_code of three letters', { ...own, roles: [{ ...role, country_code: 'NLD' }] }],
          ['the flat shape of 2.1.1', { ...without(own, 'roles'), ...without(role, 'role') }],
          ['no url', without(own, 'url')],
        ];
      }),
  }),
  defineCheck({
    ids: ['CRD-32'],
    title: 'the same role of the same party twice is refused with 2001, in any case of letters',
    needs: ['invite'],
    run: (target) =>
      refuseEach(target, (own) => {
        const role = target.newRole('CPO');
        const lower = { ...role, party_id: role.party_id.toLowerCase(), country_code: 'nl' };
        return [
          ['a role twice', { ...own, roles: [role, role] }],
          ['a role twice in another case', { ...own, roles: [role, lower] }],
        ];
      }),
  }),
  defineCheck({
    ids: ['CRD-32'],
    title: 'a party with two roles, and a role of three parties, are taken',
    needs: ['invite'],
    run: async (target) => {
      const first = target.newRole('CPO');
      const roles = [first, target.newRole('EMSP', first), target.newRole('CPO'), target.newRole('CPO')];
      await target.register({ roles });
    },
  }),
];

/** Sends each object with the same token A; all have to be refused, so that token A lives on. */
async function refuseEach(
  target: Target,
  make: (own: JsonObject) => readonly (readonly [why: string, credentials: JsonObject])[],
): Promise<void> {
  const candidate: Candidate = await target.candidate();
  for (const [why, credentials] of make(candidate.peer.credentials())) {
    expectRefused(await candidate.post(credentials), why);
  }
}
