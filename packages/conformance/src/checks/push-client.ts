import type { ModuleId } from '@roamgrid/modules';
import { formatOcpiDateTime, Header, partyKey, readRouting, tokenCandidates } from '@roamgrid/ocpi';
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
  pushes(
    ['TRN-45', 'TRN-46', 'TRN-48', 'TRN-50'],
    'every request has an X-Request-ID of its own and an X-Correlation-ID, both UUIDs',
    async (target) => {
      await pushedLocation(target);
      await pushedLocation(target);
      const { requests } = target.registration.peer;
      const ids = requests.map((request) => headerOf(request, Header.RequestId) ?? '');
      expectEqual(new Set(ids).size, requests.length, 'different X-Request-IDs');
      for (const request of requests) {
        for (const name of [Header.RequestId, Header.CorrelationId]) {
          const value = headerOf(request, name) ?? '';
          expectThat(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value), `a UUID as ${name}`, show(value));
        }
      }
    },
  ),
  pushes(['TRN-13', 'TRN-14'], 'every request with a body is application/json', async (target) => {
    const { requests } = target.registration.peer;
    const odd = requests.filter((request) => request.text !== '' && !isJson(request));
    expectEqual(
      odd.map(({ method, path }) => `${method} ${path}`),
      [],
      'requests with another Content-Type',
    );
    return Promise.resolve();
  }),
  pushes(
    ['TRN-03'],
    'every request has the scheme Token, one blank and a padded Base64 of the standard alphabet',
    async (target) => {
      for (const request of target.registration.peer.requests) {
        const [, encoded = ''] = /^Token (\S+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
        const token = tokenCandidates(`Token ${encoded}`)[0] ?? '';
        const right = encoded !== '' && Buffer.from(token, 'utf8').toString('base64') === encoded;
        expectThat(right, 'Token and Base64', `another form in ${request.method} ${request.path}`);
      }
      return Promise.resolve();
    },
  ),
  pushes(
    ['VER-14', 'CRD-39', 'RTE-02'],
    'requests for versions and credentials carry no routing headers',
    async (target) => {
      const plain = target.registration.peer.requests.filter(({ path }) => !path.includes('er/'));
      expectThat(plain.length > 0, 'requests for versions', 'none');
      for (const request of plain) {
        const names = Object.keys(request.headers).filter((name) => /^ocpi-(to|from)-/.test(name));
        expectEqual(names, [], `routing headers in ${request.method} ${request.path}:`);
      }
      return Promise.resolve();
    },
  ),
  pushes(['TRN-59'], 'what the platform pushes it also lists', async ({ registration }) => {
    const paths = registration.peer.requests.map(({ path }) => /\/receiver\/([a-z]+)\//.exec(path)?.[1]);
    const pushed = [...new Set(paths)].flatMap((module) => module ?? []) as ModuleId[];
    const unlisted = pushed.filter((module) => !registration.has(module, 'SENDER'));
    expectEqual(unlisted, [], 'modules that are pushed and have no SENDER interface:');
    return Promise.resolve();
  }),
  pushes(['TRN-38', 'TRN-34'], 'a push holds no nulls', async (target) => {
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
    ['LOC-70', 'TRN-60'],
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
