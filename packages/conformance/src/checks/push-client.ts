import type { ModuleId } from '@roamgrid/modules';
import { formatOcpiDateTime, partyKey, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { field, textField } from '../check/field';
import { evseUid, sampleLocation } from '../samples/sample-location';
import { headerOf, type RecordedRequest } from '../peer/recorded-request';
import type { Target } from '../target/target';

const MINUTE = 60_000;

/** Rows that bind the platform as a client which pushes, seen from the peer that is pushed to. */
export const pushClientChecks: readonly Check[] = [
  pushes(['CRD-13', 'TRN-03'], 'a push comes with token B, encoded as it must be', async (target) => {
    const { request } = await pushedLocation(target);
    const encoded = Buffer.from(target.registration.tokens.b, 'utf8').toString('base64');
    expectThat(
      headerOf(request, 'authorization') === `Token ${encoded}`,
      'Token and token B in Base64',
      'something else',
    );
  }),
  pushes(
    ['TRN-52', 'TRN-53'],
    'a push goes to the URL that the peer listed, with one slash between its parts',
    async (target) => {
      const { request, id } = await pushedLocation(target);
      const { country_code, party_id } = target.platformCpo();
      expectEqual(request.path, `/2.2.1/receiver/locations/${country_code}/${party_id}/${id}`, 'path');
      expectThat(['PUT', 'PATCH'].includes(request.method), 'PUT or PATCH', request.method);
    },
  ),
  pushes(['TRN-56', 'TRN-53'], 'ids in the path of a push are percent-encoded', async (target) => {
    const id = `${target.random(8)}*a/b c+d%25#`;
    const { request } = await pushedLocation(target, id);
    const { country_code, party_id } = target.platformCpo();
    const segments = [country_code, party_id, id].map(encodeURIComponent).join('/');
    const unstarred = request.path.replaceAll('%2A', '*');
    expectEqual(unstarred, `/2.2.1/receiver/locations/${segments}`, 'path');
  }),
  pushes(
    ['RTE-01', 'RTE-04'],
    'a push carries all four routing headers: FROM the owner, TO our party',
    async (target) => {
      const { request } = await pushedLocation(target);
      const { to, from, problem } = readRouting(request.headers);
      expectEqual(problem, undefined, 'problems of the routing headers:');
      expectEqual(from && partyKey(from), partyKey(target.platformCpo()), 'FROM');
      expectEqual(to && partyKey(to), partyKey(target.registration.party('EMSP')), 'TO');
    },
  ),
  pushes(['TRN-13'], 'a push has Content-Type: application/json', async (target) => {
    const { request } = await pushedLocation(target);
    expectThat(isJson(request), 'application/json', show(headerOf(request, 'content-type')));
  }),
  pushes(['TRN-59'], 'what the platform pushes it also lists', async ({ registration }) => {
    const paths = registration.peer.requests.map(({ path }) => /\/receiver\/([a-z]+)\//.exec(path)?.[1]);
    const pushed = [...new Set(paths)].flatMap((module) => module ?? []) as ModuleId[];
    const unlisted = pushed.filter((module) => !registration.has(module, 'SENDER'));
    expectEqual(unlisted, [], 'modules that are pushed and have no SENDER interface:');
    return Promise.resolve();
  }),
  pushes(['TRN-38'], 'a push holds no nulls', async (target) => {
    const { request } = await pushedLocation(target);
    expectThat(!/:\s*null\b/.test(request.text), 'no null', request.text.slice(0, 200));
  }),
  pushes(
    ['LOC-34', 'LOC-03'],
    'a change of status is pushed when it happens',
    async (target) => {
      const { id, begin, from } = await pushedLocation(target);
      await change(target, id, { status: 'CHARGING', last_updated: formatOcpiDateTime(begin + MINUTE) });
      await target.registration.peer.waitFor(
        'a push of the new status',
        (request) => statusIn(request, id) === 'CHARGING',
        { from },
      );
    },
    true,
  ),
  pushes(
    ['LOC-70'],
    'of rapid changes the last one is always pushed, and none older after it',
    async (target) => {
      const { id, begin, from } = await pushedLocation(target);
      const statuses = [
        'CHARGING',
        'AVAILABLE',
        'BLOCKED',
        'AVAILABLE',
        'CHARGING',
        'RESERVED',
        'AVAILABLE',
        'OUTOFORDER',
      ];
      for (const [index, status] of statuses.entries()) {
        await change(target, id, { status, last_updated: formatOcpiDateTime(begin + (index + 1) * 1_000) });
      }
      const { peer } = target.registration;
      await eventually('OUTOFORDER to be the last status pushed', (note) => {
        const seen = peer.requests.slice(from).flatMap((request) => statusIn(request, id) ?? []);
        note(show(seen));
        return Promise.resolve(seen.at(-1) === 'OUTOFORDER');
      });
      const moments = peer.requests.slice(from).filter((request) => statusIn(request, id) !== undefined);
      const times = moments.map(({ json }) => Date.parse(textField(json, 'last_updated') ?? ''));
      expectEqual(
        times,
        [...times].sort((a, b) => a - b),
        'last_updated of the pushes, in their order:',
      );
    },
    true,
  ),
  pushes(
    ['TRN-60'],
    'a push that failed is not sent again once a newer one was',
    async (target) => {
      const { id, begin, from } = await pushedLocation(target);
      const { peer } = target.registration;
      let failures = 1;
      peer.script = (request) => (statusIn(request, id) && failures-- > 0 ? { http: 503, status: 3000 } : undefined);
      await change(target, id, { status: 'CHARGING', last_updated: formatOcpiDateTime(begin + MINUTE) });
      await peer.waitFor('a push to refuse', (request) => request.replied === 503, { from });
      await change(target, id, { status: 'BLOCKED', last_updated: formatOcpiDateTime(begin + 2 * MINUTE) });
      await peer.waitFor('a push of BLOCKED', (request) => statusIn(request, id) === 'BLOCKED', { from });
      peer.script = () => undefined;
      await pushedLocation(target);
      const seen = peer.requests.slice(from).flatMap((request) => statusIn(request, id) ?? []);
      const behind = seen.slice(seen.indexOf('BLOCKED') + 1).filter((status) => status !== 'BLOCKED');
      expectEqual(behind, [], 'older statuses pushed behind BLOCKED:');
    },
    true,
  ),
];

interface Pushed {
  readonly id: string;
  /** Its last_updated. */
  readonly begin: number;
  readonly request: RecordedRequest;
  /** Index of the first request that came after it was written. */
  readonly from: number;
}

/** Writes a Location of the platform and waits for its push. */
async function pushedLocation(target: Target, id = target.newId()): Promise<Pushed> {
  const { peer } = target.registration;
  const from = peer.requests.length;
  const begin = target.now() - 20 * MINUTE;
  await target.seed('locations', [sampleLocation(target.platformCpo(), id, formatOcpiDateTime(begin))]);
  const matches = ({ path, json }: RecordedRequest): boolean =>
    path.includes('/receiver/locations/') && textField(json, 'id') === id;
  return { id, begin, from, request: await peer.waitFor(`a push of ${id}`, matches, { from }) };
}

async function change(target: Target, id: string, changes: Record<string, unknown>): Promise<void> {
  const { country_code, party_id } = target.platformCpo();
  await target.hooks.patch?.('locations', [country_code, party_id, id, evseUid(id)], changes);
}

/** The status of the first EVSE in a push of a Location or of that EVSE. */
function statusIn({ path, json }: RecordedRequest, id: string): unknown {
  if (!path.includes(`/receiver/locations/`) || !path.includes(encodeURIComponent(id))) return undefined;
  return field(json, 'evses', 0, 'status') ?? field(json, 'status');
}

function isJson(request: RecordedRequest): boolean {
  return /^application\/json\b/i.test(headerOf(request, 'content-type') ?? '');
}

function pushes(ids: readonly string[], title: string, run: (target: Target) => Promise<void>, changes = false): Check {
  return defineCheck({
    ids,
    title: `the platform pushes: ${title}`,
    needs: ['seed', ...(changes ? (['patch'] as const) : []), 'locations SENDER'],
    run,
  });
}
