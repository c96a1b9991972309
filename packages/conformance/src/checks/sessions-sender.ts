import type { Session } from '@roamgrid/modules';
import { Header, joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectMethodNotAllowed, expectRefused, expectThat, show } from '../check/expect';
import { field, listField } from '../check/field';
import { sampleCdr } from '../samples/sample-cdr';
import { sampleSession } from '../samples/sample-session';
import { driverOf } from '../samples/sample-token';
import type { Registration } from '../target/registration';
import { countOf, keyOf } from '../target/sender-interface';
import type { Target } from '../target/target';
import { moments } from './seeded-location';

const STATUSES = ['ACTIVE', 'COMPLETED', 'INVALID', 'PENDING', 'RESERVATION'] as const;

/** Rows about a platform that lists its own Sessions. */
export const sessionsSenderChecks: readonly Check[] = [
  listed(['SES-01', 'SES-46'], 'all statuses are listed, each Session whole, with pagination headers', async (target) => {
    const date_from = moments(target)(0);
    const sessions = STATUSES.map((status) => ownSession(target, { status }));
    await target.seed('sessions', sessions);
    const { objects, pages } = await target.registration.sender('sessions').crawl({ date_from });
    for (const session of sessions) {
      const found = objects.find((object) => keyOf(object) === keyOf(session));
      expectEqual(field(found, 'status'), session.status, `status of ${session.id} in the list`);
      expectEqual(listField(found, 'charging_periods').length, 1, 'charging_periods');
    }
    for (const page of pages) expectThat(countOf(page, Header.TotalCount) !== undefined, 'X-Total-Count', page.describe());
  }),
  defineCheck({
    ids: ['SES-02', 'PAG-21'],
    title: 'listed sessions: without date_from 200/2001',
    needs: ['sessions SENDER'],
    run: async ({ registration }) => {
      const { endpoint, routing } = { endpoint: registration.sender('sessions').endpoint, routing: registration.sender('sessions').routing() };
      for (const query of ['', '?limit=1', '?date_to=2099-01-01T00:00:00Z']) {
        expectRefused(await registration.call('GET', endpoint + query, { routing }), `sessions${query}`);
      }
    },
  }),
  listed(['SES-03', 'SES-10', 'TRN-26'], 'no GET by id; POST, PATCH and DELETE are 405, PUT without its suffix 404 or 405', async (target) => {
    const session = ownSession(target);
    await target.seed('sessions', [session]);
    const { registration } = target;
    const sender = registration.sender('sessions');
    const routing = sender.routing();
    const url = joinUrl(sender.endpoint, session.id);
    const single = [await registration.call('GET', url, { routing }), await registration.call('PUT', url, { routing, body: session })];
    for (const answer of single) expectThat([404, 405].includes(answer.http), 'HTTP 404 or 405', answer.describe());
    for (const method of ['POST', 'PATCH', 'PUT'] as const) {
      expectMethodNotAllowed(await registration.call(method, sender.endpoint, { routing, body: session }));
    }
    expectMethodNotAllowed(await registration.call('DELETE', sender.endpoint, { routing }));
  }),
  listedFor('sessions', ['SES-22', 'TRN-43', 'SES-07']),
  listedFor('cdrs', ['CDR-01', 'TRN-43', 'CDR-40']),
];

/** A Session of the platform for a driver of the first peer. */
export function ownSession(target: Target, change: Partial<Session> = {}): Session {
  const driver = driverOf(target.registration.party('EMSP'));
  return sampleSession(target.platformCpo(), target.newId(), driver, moments(target)(0), change);
}

/** Objects with an audience: each eMSP lists and counts its own, and is pushed no others. */
function listedFor(module: 'cdrs' | 'sessions', ids: readonly string[]): Check {
  return defineCheck({
    ids,
    title: `${module} of one eMSP are not listed, counted or pushed for another`,
    needs: [`${module} SENDER`, 'seed', 'second peer'],
    run: async (target) => {
      const readers = [target.registration, await target.second()];
      const before = await Promise.all(readers.map((reader) => totalFor(reader, module)));
      const sample = { cdrs: sampleCdr, sessions: sampleSession }[module];
      const time = moments(target)(0);
      const mine = readers.map((reader) => sample(target.platformCpo(), target.newId(), driverOf(reader.party('EMSP')), time));
      const [first, other] = mine;
      if (!first || !other) return;
      await target.hooks.seed?.(module, [{ ...other }]);
      await target.seed(module, [first]);
      for (const [index, reader] of readers.entries()) {
        const { objects } = await reader.sender(module).crawl({ date_from: time });
        const seen = objects.map(keyOf).filter((key) => mine.some((object) => keyOf(object) === key));
        expectEqual(seen, [keyOf(mine[index])], `listed for its eMSP and no other:`);
        expectEqual(await totalFor(reader, module), (before[index] ?? 0) + 1, 'X-Total-Count');
        await reader.peer.waitFor(`a push of ${mine[index]?.id}`, ({ text, path }) => path.includes(`/receiver/${module}`) && text.includes(mine[index]?.id ?? '?'));
      }
      for (const [index, { peer }] of readers.entries()) {
        const foreign = mine[1 - index]?.id ?? '?';
        const pushes = peer.requests.filter(({ path, text }) => path.includes('/receiver/') && text.includes(foreign));
        expectEqual(pushes.map(({ path }) => path), [], 'pushes of what is for another eMSP:');
      }
    },
  });
}

async function totalFor(reader: Registration, module: 'cdrs' | 'sessions'): Promise<number> {
  const page = await reader.sender(module).list({ limit: 1 });
  const total = countOf(page, Header.TotalCount);
  expectThat(total !== undefined, 'X-Total-Count', show(page.header(Header.TotalCount)));
  return total;
}

function listed(ids: readonly string[], title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `listed sessions: ${title}`, needs: ['sessions SENDER', 'seed'], run });
}
