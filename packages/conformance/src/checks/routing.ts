import { partyKey, readRouting, type Party, type Routing } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectRefused, expectSuccess, expectTaken, expectThat, show } from '../check/expect';
import type { Answer } from '../http/answer';
import { sampleLocation } from '../samples/sample-location';
import type { Target } from '../target/target';
import { pushLocation, T } from './pushed-location';

const NOBODY: Party = { country_code: 'ZZ', party_id: 'ZZ9' };

/** Rows about the OCPI-to and OCPI-from headers of requests to the platform. */
export const routingChecks: readonly Check[] = [
  defineCheck({
    ids: ['RTE-01', 'RTE-05'],
    title: 'answers carry all four headers, with TO and FROM swapped',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const { receiver, id } = await pushLocation(target);
      const good = await receiver.get(id);
      expectSuccess(good);
      expectSwapped(good, receiver.routing);
      expectSwapped(await receiver.put({ ...sampleLocation(receiver.party, id, T[2]) }), receiver.routing);
      expectSwapped(await receiver.putAt([id], {}), receiver.routing);
      expectSwapped(await receiver.get(target.newId()), receiver.routing);
    },
  }),
  defineCheck({
    ids: ['RTE-01', 'RTE-05'],
    title: 'the answer of a list carries all four headers, with TO and FROM swapped',
    needs: ['locations SENDER'],
    run: async (target) => {
      const sender = target.registration.sender('locations');
      const routing = sender.routing(target.platformCpo());
      expectSwapped(await sender.list({ limit: 1 }, { routing }), routing);
    },
  }),
  pushedWith(['RTE-06'], 'values in any case of letters are the same', async (put, routing) => {
    expectTaken(await put({ from: lower(routing.from), to: lower(routing.to) }));
  }),
  pushedWith(['RTE-07'], 'half a pair: 200/2001', async (put, routing) => {
    for (const name of ['ocpi-from-party-id', 'ocpi-from-country-code', 'ocpi-to-party-id', 'ocpi-to-country-code']) {
      expectRefused(await put(routing, { [name]: undefined }), `no ${name}`);
    }
  }),
  pushedWith(['RTE-08'], 'FROM a party that is none of the caller’s: 200/2001 or 401', async (put, routing) => {
    for (const from of [NOBODY, routing.to]) {
      const answer = await put({ ...routing, from });
      expectThat(
        answer.http === 401 || (answer.http === 200 && answer.statusCode === 2001),
        '200/2001 or 401',
        answer.describe(),
      );
    }
  }),
  pushedWith(['RTE-09'], 'TO a party that is not hosted: 200/2001 or 404', async (put, routing) => {
    const answer = await put({ ...routing, to: NOBODY });
    const refused = (answer.statusCode ?? 0) >= 2000 && [200, 404].includes(answer.http);
    expectThat(refused, '200/2001 or 404', answer.describe());
  }),
  pushedWith(['RTE-10'], 'without any routing headers the party is taken from the URL, or 200/2001', async (put) => {
    const answer = await put({});
    if (answer.statusCode !== 1000) expectRefused(answer, 'no routing headers');
  }),
  pushedWith(
    ['RTE-12'],
    'FROM another party of the caller than the URL’s: 200/2001 or 404',
    async (put, routing, target) => {
      const answer = await put({ ...routing, from: target.registration.party('CPO', 1) });
      const refused = (answer.statusCode ?? 0) >= 2000 && [200, 404].includes(answer.http);
      expectThat(refused, '200/2001 or 404', answer.describe());
    },
  ),
  pushedWith(['RTE-15'], 'values of a wrong length or charset: 200/2001', async (put, routing) => {
    const wrong = [
      { 'ocpi-from-country-code': 'NLD' },
      { 'ocpi-from-party-id': 'ABCD' },
      { 'ocpi-to-country-code': 'N' },
      { 'ocpi-to-party-id': '' },
      { 'ocpi-to-party-id': 'A\tB' },
    ];
    for (const headers of wrong) expectRefused(await put(routing, headers), show(headers));
  }),
];

type Put = (routing: Routing, headers?: Readonly<Record<string, string | undefined>>) => Promise<Answer>;

/** A check that pushes fresh Locations with whatever routing it likes. */
function pushedWith(
  ids: readonly string[],
  title: string,
  run: (put: Put, usual: Routing, target: Target) => Promise<void>,
): Check {
  return defineCheck({
    ids,
    title: `routing headers: ${title}`,
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const receiver = target.registration.receiver('locations');
      const put: Put = (routing, headers = {}) => {
        const location = sampleLocation(receiver.party, target.newId(), T[1]);
        return receiver.call('PUT', [location.id], { body: location, routing, headers });
      };
      await run(put, receiver.routing, target);
    },
  });
}

function expectSwapped(answer: Answer, { to, from }: Routing): void {
  const { problem, ...routing } = readRouting(answer.headers);
  const seen = `${problem ?? describe(routing)} in ${answer.describe()}`;
  const swapped = same(routing.to, from) && (to === undefined || same(routing.from, to));
  expectThat(swapped && routing.from !== undefined, describe({ to: from, from: to }), seen);
}

function describe({ to, from }: Routing): string {
  return `TO ${to ? partyKey(to) : 'nobody'}, FROM ${from ? partyKey(from) : 'nobody'}`;
}

function same(a: Party | undefined, b: Party | undefined): boolean {
  return a !== undefined && b !== undefined && partyKey(a) === partyKey(b);
}

function lower(party: Party | undefined): Party | undefined {
  return party && { country_code: party.country_code.toLowerCase(), party_id: party.party_id.toLowerCase() };
}
