import { Header, parseOcpiDateTime } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat } from '../check/expect';
import { eventually } from '../check/eventually';
import { without } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import { headerOf } from '../peer/recorded-request';
import type { ScriptedPeer } from '../peer/scripted-peer';
import { sampleLocation } from '../samples/sample-location';
import type { PlatformLink } from '../target/platform-hooks';
import { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { connect } from './credentials-client';
import { T } from './pushed-location';

/** Rows that bind the platform as a client which pulls, seen from the peer that is pulled from. */
export const pullClientChecks: readonly Check[] = [
  pulls(
    ['PAG-15', 'PAG-25'],
    'every Link is followed exactly as it was given, also when pages are small',
    async (target, peer) => {
      const ids = listLocations(target, peer, 5);
      peer.modules.pageSize = 2;
      await pull(target, peer, ids);
      const asked = (): string[] => peer.requests.map(({ path }) => path).filter((path) => path.includes('page='));
      const given = (): string[] => peer.modules.links.map((link) => link.slice(peer.url.length));
      expectThat(given().length >= 2, 'at least two Links', String(given().length));
      const invented = asked().filter((path) => !given().includes(path));
      expectEqual(invented, [], 'pages that were asked for and are no Link:');
      // A further crawl may be under way by now: its last Link is followed a moment later.
      await eventually('every Link to be followed', async (note) => {
        const ignored = given().filter((path) => !asked().includes(path));
        note(ignored.join(' '));
        return Promise.resolve(ignored.length === 0);
      });
    },
  ),
  pulls(['PAG-16'], 'objects that appear while the list is crawled are found', async (target, peer) => {
    const ids = listLocations(target, peer, 4);
    peer.modules.pageSize = 2;
    peer.modules.beforePage = (offset) => {
      if (offset !== 2) return;
      peer.modules.beforePage = () => undefined;
      ids.push(...listLocations(target, peer, 2));
    };
    await pull(target, peer, ids);
    expectEqual(ids.length, 6, 'objects that the peer lists');
  }),
  pulls(
    ['TRN-41', 'TRN-42'],
    'an object that is wrong does not keep the others of its page away',
    async (target, peer) => {
      const [good, strange] = [listLocations(target, peer, 1), target.newId()];
      const location = sampleLocation(partyOf(peer), strange, T[1]);
      const evses = (location.evses ?? []).map((evse) => ({
        ...evse,
        connectors: evse.connectors.map((connector) => ({ ...connector, standard: 'MCS' })),
      }));
      peer.modules.list('locations', [without(location, 'city', 'coordinates'), { ...location, evses }, 17]);
      await pull(target, peer, [...good, ...listLocations(target, peer, 2)]);
    },
  ),
  pulls(
    ['TRN-45', 'TRN-50', 'RTE-01'],
    'every page is asked for with ids and routing headers of its own',
    async (target, peer) => {
      const ids = listLocations(target, peer, 5);
      peer.modules.pageSize = 2;
      await pull(target, peer, ids);
      const pages = peer.requests.filter(({ path }) => path.includes('/sender/locations'));
      const requestIds = pages.map((request) => headerOf(request, Header.RequestId));
      expectEqual(new Set(requestIds).size, pages.length, 'different X-Request-IDs of pages');
      for (const page of pages) {
        const names = [Header.FromCountry, Header.FromParty, Header.ToCountry, Header.ToParty];
        const absent = names.filter((name) => headerOf(page, name) === undefined);
        expectEqual(absent, [], `routing headers that ${page.path} lacks:`);
      }
    },
  ),
  pulls(['TRN-57'], 'date_from of a delta arrives as a DateTime in UTC', async (target, peer) => {
    const link = await pull(target, peer, listLocations(target, peer, 2));
    let path: string | undefined;
    // Again and again: one that is asked for before a full crawl begins may be covered by that.
    await eventually('a pull with date_from', async (note) => {
      await link.pull('locations', false);
      path = peer.requests.map((request) => request.path).find((each) => /locations\/?\?.*\bdate_from=/.test(each));
      note(`${peer.requests.length} requests without one`);
      return path !== undefined;
    });
    const text = new URL(path ?? '', peer.url).searchParams.get('date_from') ?? '';
    expectThat(parseOcpiDateTime(text) !== undefined, 'a DateTime such as 2026-01-31T12:00:00Z', text);
  }),
];

function pulls(
  ids: readonly string[],
  title: string,
  run: (target: Target, peer: ScriptedPeer) => Promise<void>,
): Check {
  return defineCheck({
    ids,
    title: `the platform pulls: ${title}`,
    needs: ['connect', 'locations RECEIVER'],
    run: (target) => run(target, target.newPeer()),
  });
}

/** Adds Locations to what a peer lists; gives their ids. */
function listLocations(target: Target, peer: ScriptedPeer, count: number): string[] {
  const ids = Array.from({ length: count }, () => target.newId());
  peer.modules.list(
    'locations',
    ids.map((id) => sampleLocation(partyOf(peer), id, T[1])),
  );
  return ids;
}

/** Lets the platform register and pull, and waits until it holds all the Locations. */
async function pull(target: Target, peer: ScriptedPeer, ids: readonly string[]): Promise<PlatformLink> {
  const { link } = await connect(target, peer);
  await link.pull('locations', true);
  const { registration } = target;
  const { endpoint } = registration.receiver('locations');
  const client = new PlatformClient(peer.callBacks.at(-1)?.token ?? '');
  const receiver = new ReceiverInterface(registration, endpoint, partyOf(peer), {});
  await eventually('all pulled Locations to be held', async (note) => {
    const answers = await Promise.all(ids.map((id) => client.call('GET', receiver.url(id))));
    const absent = answers.filter(({ statusCode }) => statusCode !== 1000);
    note(absent.map((answer) => answer.describe()).join('; '));
    return absent.length === 0;
  });
  return link;
}

function partyOf(peer: ScriptedPeer): { country_code: string; party_id: string } {
  const role = peer.roles.find((each) => each.role === 'CPO');
  if (!role) throw new Error('this peer is no CPO');
  return { country_code: role.country_code, party_id: role.party_id };
}
