import type { CDR } from '@roamgrid/modules';
import { Header } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import {
  expectEqual,
  expectMethodNotAllowed,
  expectNotFound,
  expectRefused,
  expectStatus,
  expectSuccess,
  expectTaken,
  expectThat,
  show,
} from '../check/expect';
import { field, without } from '../check/field';
import { creditOf } from '../samples/sample-cdr';
import { driverOf } from '../samples/sample-token';
import type { Target } from '../target/target';
import { T } from './pushed-location';
import { freshCdr, locationOf, postCdr, type PushedCdr } from './pushed-cdr';

/** Rows about the interface by which a CPO posts CDRs. */
export const cdrsReceiverChecks: readonly Check[] = [
  posted(['CDR-03', 'CDR-04', 'TRN-25'], 'POST: 201/1000 with an absolute Location; GET of that gives the CDR', async (target) => {
    const { receiver, cdr } = freshCdr(target);
    const answer = await receiver.post(cdr);
    expectStatus(answer, 201, 1000);
    expectEqual(answer.data ?? null, null, 'data of the answer');
    await expectKept({ receiver, cdr, url: locationOf(answer) });
  }),
  posted(['CDR-04'], 'the CDR of one CPO is read by that CPO only', async (target) => {
    const { receiver, url } = await postCdr(target);
    const other = await target.second();
    for (const routing of [receiver.routing, other.receiver('cdrs').routing]) {
      const answer = await other.call('GET', url, { routing });
      const refused = (answer.statusCode ?? 0) >= 2000 && (answer.data ?? null) === null;
      expectThat(refused, 'HTTP 404, or 200 with 2001, without data', answer.describe());
    }
  }, ['second peer']),
  posted(['CDR-06', 'TRN-24'], 'GET of a URL like a Location that leads to none: 404', async (target) => {
    const { receiver, cdr, url } = await postCdr(target);
    const unknown = url.replace(encodeURIComponent(cdr.id), target.newId());
    expectThat(unknown !== url || !url.includes(cdr.id), 'another URL', url);
    const wrong = unknown === url ? `${url}x` : unknown;
    expectNotFound(await receiver.registration.call('GET', wrong, { routing: receiver.routing }));
  }),
  posted(['CDR-07', 'CDR-08', 'TRN-26'], 'PUT, PATCH and DELETE: 405, and the CDR stays', async (target) => {
    const pushed = await postCdr(target);
    const { receiver, cdr, url } = pushed;
    const body = { ...cdr, total_energy: 99, last_updated: T[2] };
    for (const at of [url, receiver.endpoint]) {
      for (const method of ['PUT', 'PATCH'] as const) {
        expectMethodNotAllowed(await receiver.registration.call(method, at, { routing: receiver.routing, body }));
      }
      expectMethodNotAllowed(await receiver.registration.call('DELETE', at, { routing: receiver.routing }));
    }
    await expectKept(pushed);
  }),
  posted(['CDR-09', 'CDR-08'], 'posted again: the same is 200/1000 with the same Location, another of that id 200/2001', async (target) => {
    const pushed = await postCdr(target);
    const { receiver, cdr, url } = pushed;
    const again = await receiver.post(cdr);
    expectStatus(again, 200, 1000);
    expectEqual(locationOf(again), url, 'Location');
    for (const change of [{ total_energy: 99 }, { last_updated: T[3] }, { remark: 'Corrected' }]) {
      const answer = await receiver.post({ ...cdr, ...change });
      expectRefused(answer, `another CDR of that id: ${show(change)}`);
      expectEqual(answer.header('location'), undefined, 'Location of a refusal');
    }
    await expectKept(pushed);
  }),
  posted(['CDR-09', 'TRN-10'], 'posted twice at one moment: one is created, both lead to it', async (target) => {
    const { receiver, cdr } = freshCdr(target);
    const answers = await Promise.all([1, 2, 3, 4].map(() => receiver.post(cdr)));
    for (const answer of answers) expectTaken(answer);
    expectEqual(answers.filter(({ http }) => http === 201).length, 1, 'answers with 201');
    expectEqual(new Set(answers.map(locationOf)).size, 1, 'Locations');
  }),
  posted(['CDR-10'], 'an id counts once for its owner, in any case of letters; a session_id may repeat', async (target) => {
    const { receiver, cdr, url } = await postCdr(target);
    const folded = { ...cdr, id: cdr.id.toLowerCase() };
    const answer = await receiver.post(folded);
    const same = answer.http === 200 && answer.statusCode === 1000 && locationOf(answer).toUpperCase() === url.toUpperCase();
    if (!same) expectRefused(answer, 'the id in another case of letters');
    expectStatus(await receiver.post({ ...cdr, id: target.newId() }), 201, 1000);
    const other = target.registration.receiver('cdrs', 'CPO', 1);
    expectStatus(await other.post({ ...cdr, ...other.party }), 201, 1000);
  }),
  posted(['CDR-47'], 'a CDR for a driver of no eMSP here: 200 with 2004 or 2001, no Location', async (target) => {
    const { receiver, cdr } = freshCdr(target, { cdr_token: driverOf({ country_code: 'ZZ', party_id: 'ZZ9' }) });
    const answer = await receiver.post(cdr);
    expectStatus(answer, 200, [2001, 2004]);
    expectEqual(answer.header('location'), undefined, 'Location of a refusal');
  }),
  posted(['CDR-46', 'CDR-30', 'CDR-27', 'TRN-30'], 'what is missing or wrong: 200/2001 without a Location, and nothing is there', async (target) => {
    const { receiver, cdr } = freshCdr(target);
    for (const [why, body] of wrongCdrs(cdr)) {
      const answer = await receiver.post(body);
      expectRefused(answer, why);
      expectEqual(answer.header('location'), undefined, `Location of a refusal (${why})`);
    }
    expectStatus(await receiver.post(cdr), 201, 1000);
  }),
  posted(['RTE-14', 'RTE-05'], 'a Location is functional traffic: GET of it is routed and numbered like any other request', async (target) => {
    const { receiver, url } = await postCdr(target);
    const headers = { [Header.RequestId]: 'cdr-1', [Header.CorrelationId]: 'cdr-2' };
    const answer = await receiver.registration.call('GET', url, { routing: receiver.routing, headers });
    expectSuccess(answer);
    const { from, to } = receiver.routing;
    const names = ['ocpi-to-country-code', 'ocpi-to-party-id', 'ocpi-from-country-code', 'ocpi-from-party-id'];
    const expected = [from?.country_code, from?.party_id, to?.country_code, to?.party_id].map((text) => text?.toUpperCase());
    expectEqual(names.map((name) => answer.header(name)?.toUpperCase()), expected, 'routing of the answer');
    expectEqual([answer.header('x-request-id'), answer.header('x-correlation-id')], ['cdr-1', 'cdr-2'], 'ids of the answer');
    const wrong = { from: { country_code: 'ZZ', party_id: 'ZZ9' }, to };
    const refused = await receiver.registration.call('GET', url, { routing: wrong });
    expectThat((refused.statusCode ?? 0) >= 2000, 'a refusal of FROM a party that is none of the caller’s', refused.describe());
  }),
  posted(['CDR-15'], 'a credit CDR takes back what it credits, and once: another amount, currency or credit of it is 2001', async (target) => {
    const { receiver, cdr } = await postCdr(target);
    const credit = creditOf(cdr, T[2]);
    for (const change of [{ total_cost: { excl_vat: -1 } }, { total_cost: cdr.total_cost }, { currency: 'SEK' }]) {
      expectRefused(await receiver.post({ ...credit, ...change }), `a credit with ${show(change)}`);
    }
    expectStatus(await receiver.post(credit), 201, 1000);
    expectRefused(await receiver.post({ ...credit, id: target.newId() }), 'a second credit of the same CDR');
  }),
  posted(['CDR-13'], 'a credit CDR names what it credits, else 2001; one of an unknown CDR is taken, or 2001', async (target) => {
    const { receiver, cdr } = await postCdr(target);
    const credit = creditOf(cdr, T[2]);
    expectRefused(await receiver.post(without(credit, 'credit_reference_id')), 'credit without credit_reference_id');
    expectTaken(await receiver.post(credit));
    const answer = await receiver.post({ ...credit, id: target.newId(), credit_reference_id: target.newId() });
    if (answer.statusCode !== 1000) expectRefused(answer, 'a reference that nobody knows');
  }),
];

function wrongCdrs(cdr: CDR): readonly (readonly [string, object])[] {
  const required = [
    'country_code', 'party_id', 'id', 'start_date_time', 'end_date_time', 'cdr_token', 'auth_method', 'cdr_location', 'currency',
    'charging_periods', 'total_cost', 'total_energy', 'total_time', 'last_updated',
  ];
  const [period] = cdr.charging_periods;
  const flat = [{ ...period, dimensions: [{ type: 'FLAT' }] }];
  return [
    ...required.map((name) => [`no ${name}`, without(cdr, name)] as const),
    ['no charging_periods', { ...cdr, charging_periods: [] }],
    ['a dimension without volume', { ...cdr, charging_periods: flat }],
    ['total_cost as a number', { ...cdr, total_cost: 4.5 }],
    ['auth_method of nobody', { ...cdr, auth_method: 'MAGIC' }],
    ['no evse_id', { ...cdr, cdr_location: without(cdr.cdr_location, 'evse_id') }],
    ['the shape of 2.1.1', { ...without(cdr, 'cdr_location', 'cdr_token'), auth_id: 'X', location: { id: 'LOC1' } }],
    ['only ids of tariffs', { ...cdr, tariffs: ['CONFORMANCE-1'] }],
  ];
}

/** Fails unless its Location leads to the CDR as it was posted. */
export async function expectKept({ receiver, cdr, url }: PushedCdr): Promise<void> {
  const kept = expectSuccess(await receiver.registration.call('GET', url, { routing: receiver.routing }));
  for (const name of new Set([...Object.keys(cdr), ...Object.keys(kept as object)])) {
    expectEqual(field(kept, name), field(cdr, name), `${name} of the CDR at ${url}`);
  }
}

/** A check of the interface that takes CDRs. */
export function posted(
  ids: readonly string[],
  title: string,
  run: (target: Target) => Promise<void>,
  more: readonly 'second peer'[] = [],
): Check {
  return defineCheck({ ids, title: `posted cdrs: ${title}`, needs: ['cdrs RECEIVER', 'tokens SENDER', ...more], run });
}
