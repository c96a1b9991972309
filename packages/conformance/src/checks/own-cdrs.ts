import type { CDR } from '@roamgrid/modules';
import { Header, joinUrl, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check, type Need } from '../check/define-check';
import { expectEqual, expectMethodNotAllowed, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { field, listField } from '../check/field';
import { headerOf, type RecordedRequest } from '../peer/recorded-request';
import { creditOf, sampleCdr } from '../samples/sample-cdr';
import { sampleTariff } from '../samples/sample-tariff';
import { driverOf } from '../samples/sample-token';
import { keyOf } from '../target/sender-interface';
import type { Target } from '../target/target';
import { moments } from './seeded-location';

/** Rows about what a CPO does with its CDRs, seen from the eMSP that pays. */
export const ownCdrChecks: readonly Check[] = [
  own(['CDR-38', 'CDR-18', 'CDR-30'], 'one is posted to the endpoint soon after it was written, whole, with its place flattened', async (target, cdr, from) => {
    const { peer } = target.registration;
    const post = await peer.waitFor('a POST of the CDR', isOf(cdr), { from });
    expectEqual([post.method, post.path], ['POST', '/2.2.1/receiver/cdrs/'], 'the request');
    for (const name of Object.keys(cdr)) expectEqual(field(post.json, name), field(cdr, name), name);
  }),
  own(['CDR-05', 'RTE-14', 'CDR-08'], 'it is sent once; whatever is asked of it later goes to the Location that the peer gave, routed and numbered', async (target, cdr, from) => {
    const { peer } = target.registration;
    await peer.waitFor('a POST of the CDR', isOf(cdr), { from });
    const other = ownCdr(target);
    await target.seed('cdrs', [other]);
    await peer.waitFor('a POST of the next CDR', isOf(other), { from });
    expectEqual(peer.requests.slice(from).filter(isOf(cdr)).length, 1, 'POSTs of the CDR');
    const about = peer.requests.filter(({ path }) => /\/cdrs(\/|$)/.test(path) && !path.includes('/sender/'));
    const invented = about.filter(({ method, path }) => method !== 'POST' && !/^\/2\.2\.1\/kept\/cdrs\/\d+$/.test(path));
    expectEqual(invented.map(({ method, path }) => `${method} ${path}`), [], 'requests for CDRs that are no POST and no Location:');
    for (const request of about) {
      const { from: speaker, to } = readRouting(request.headers);
      const ids = [Header.RequestId, Header.CorrelationId].map((name) => headerOf(request, name.toLowerCase()));
      expectThat(speaker !== undefined && to !== undefined && !ids.includes(undefined), 'routing headers and ids', `${request.method} ${request.path}`);
    }
  }),
  own(['CDR-09', 'CDR-03'], 'when no answer comes it is posted again, and 200 for one that is there already is a success', async (target) => {
    const { peer } = target.registration;
    const cdr = ownCdr(target);
    let doubts = 1;
    peer.script = async (request) => {
      if (!isOf(cdr)(request) || doubts-- <= 0) return undefined;
      await peer.ordinary(request);
      return { hangUp: true };
    };
    const from = peer.requests.length;
    await target.seed('cdrs', [cdr]);
    await peer.waitFor('a POST that was answered', (request) => isOf(cdr)(request) && request.replied === 200 && doubts < 0, { from });
    peer.script = () => undefined;
    const posts = peer.requests.slice(from).filter(isOf(cdr));
    expectEqual(new Set(posts.map(({ text }) => text)).size, 1, 'different bodies');
  }),
  own(['CDR-08', 'CDR-17'], 'what it was made of changes later; the CDR does not, in the list or at the peer', async (target) => {
    const at = moments(target);
    const tariff = sampleTariff(target.platformCpo(), target.newId(), at(0));
    await target.seed('tariffs', [tariff]);
    const cdr = ownCdr(target, { tariffs: [tariff], charging_periods: [{ ...period(target), tariff_id: tariff.id }] });
    const from = target.registration.peer.requests.length;
    await target.seed('cdrs', [cdr]);
    await target.registration.peer.waitFor('a POST of the CDR', isOf(cdr), { from });
    await target.seed('tariffs', [{ ...tariff, elements: [{ price_components: [{ type: 'ENERGY', price: 9, step_size: 1 }] }], last_updated: at(1) }]);
    const listed = await inList(target, cdr);
    expectEqual(listField(listed, 'tariffs'), cdr.tariffs, 'tariffs of the listed CDR');
    expectEqual(target.registration.peer.requests.slice(from).filter(isOf(cdr)).length, 1, 'POSTs of the CDR');
  }, ['tariffs SENDER']),
  own(['CDR-08'], 'its own systems cannot change one that is there; the same again is nothing', async (target, cdr, from) => {
    const [changed] = (await target.hooks.write?.('cdrs', [{ ...cdr, total_cost: { excl_vat: 99 } }])) ?? [];
    expectThat(changed?.taken === false, 'a refusal of a changed CDR', changed?.said ?? 'nothing');
    await target.hooks.write?.('cdrs', [{ ...cdr }]);
    expectEqual(field(await inList(target, cdr), 'total_cost'), cdr.total_cost, 'total_cost in the list');
    const { peer } = target.registration;
    const bodies = peer.requests.slice(from).filter(isOf(cdr)).map(({ json }) => field(json, 'total_cost', 'excl_vat'));
    expectThat(!bodies.includes(99), 'no POST of the changed CDR', show(bodies));
  }, ['write']),
  own(['CDR-12', 'CDR-49'], 'a credit CDR is posted and listed like any other, beside what it credits', async (target, cdr) => {
    const credit = creditOf(cdr, moments(target)(1));
    const from = target.registration.peer.requests.length;
    await target.seed('cdrs', [credit]);
    const { json } = await target.registration.peer.waitFor('a POST of the credit CDR', isOf(credit), { from });
    for (const name of Object.keys(credit)) expectEqual(field(json, name), field(credit, name), name);
    expectEqual(field(await inList(target, credit), 'credit'), true, 'credit in the list');
    expectEqual(field(await inList(target, cdr), 'total_cost'), cdr.total_cost, 'total_cost of the CDR that is credited');
  }),
  own(['CDR-01', 'CDR-02', 'TRN-26'], 'listed cdrs: no GET by id; POST, PUT, PATCH and DELETE are 405', async (target, cdr) => {
    const { registration } = target;
    const sender = registration.sender('cdrs');
    const routing = sender.routing();
    const single = await registration.call('GET', joinUrl(sender.endpoint, cdr.id), { routing });
    expectThat([404, 405].includes(single.http), 'HTTP 404 or 405', single.describe());
    for (const method of ['POST', 'PUT', 'PATCH'] as const) {
      expectMethodNotAllowed(await registration.call(method, sender.endpoint, { routing, body: cdr }));
    }
    expectMethodNotAllowed(await registration.call('DELETE', sender.endpoint, { routing }));
  }),
  own(['CDR-20'], 'where an EVSE has no evse_id, #NA stands for it', async (target, cdr) => {
    const nameless = ownCdr(target, { cdr_location: { ...cdr.cdr_location, evse_id: '#NA' } });
    const from = target.registration.peer.requests.length;
    await target.seed('cdrs', [nameless]);
    const { json } = await target.registration.peer.waitFor('a POST of the CDR', isOf(nameless), { from });
    expectEqual(field(json, 'cdr_location', 'evse_id'), '#NA', 'evse_id');
  }),
];

/** A CDR of the platform for a driver of the first peer. */
export function ownCdr(target: Target, change: Partial<CDR> = {}): CDR {
  const driver = driverOf(target.registration.party('EMSP'));
  return sampleCdr(target.platformCpo(), target.newId(), driver, moments(target)(0), change);
}

function period(target: Target): CDR['charging_periods'][number] {
  const [first] = ownCdr(target).charging_periods;
  if (!first) throw new Error('the sample has a period');
  return first;
}

async function inList(target: Target, cdr: CDR): Promise<unknown> {
  let found: unknown;
  await eventually(`${cdr.id} to be listed`, async () => {
    const { objects } = await target.registration.sender('cdrs').crawl({ date_from: cdr.last_updated });
    found = objects.find((object) => keyOf(object) === keyOf(cdr));
    return found !== undefined;
  });
  return found;
}

function isOf({ id }: CDR): (request: RecordedRequest) => boolean {
  return ({ method, path, json }) => method === 'POST' && path.includes('/receiver/cdrs') && field(json, 'id') === id;
}

type Run = (target: Target, cdr: CDR, from: number) => Promise<void>;

/** A check that begins with a CDR that was just written; `from` is the first request that came after that. */
function own(ids: readonly string[], title: string, run: Run, more: readonly Need[] = []): Check {
  return defineCheck({
    ids,
    title: `own cdrs: ${title}`,
    needs: ['seed', 'cdrs SENDER', ...more],
    run: async (target) => {
      const from = target.registration.peer.requests.length;
      const cdr = ownCdr(target);
      await target.seed('cdrs', [cdr]);
      await run(target, cdr, from);
    },
  });
}
