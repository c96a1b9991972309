import { Header } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectSuccess, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { field } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import type { RecordedRequest } from '../peer/recorded-request';
import type { ScriptedPeer } from '../peer/scripted-peer';
import { sampleLocation } from '../samples/sample-location';
import { sampleTariff } from '../samples/sample-tariff';
import type { PlatformLink } from '../target/platform-hooks';
import { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { connect } from './credentials-client';
import { T } from './pushed-location';

type Module = 'locations' | 'tariffs';
const samples = { locations: sampleLocation, tariffs: sampleTariff };

/** A peer that the platform pulls from, and what the platform holds of it. */
class Pulled {
  private constructor(
    readonly target: Target,
    readonly peer: ScriptedPeer,
    readonly module: Module,
    readonly link: PlatformLink,
  ) {}

  /** Registers a peer that lists so many objects, and waits until the platform holds them all. */
  static async of(target: Target, module: Module, count: number): Promise<{ pulled: Pulled; ids: string[] }> {
    const peer = target.newPeer();
    const ids = Array.from({ length: count }, () => target.newId());
    const { country_code, party_id } = peer.roles[0] ?? {};
    const party = { country_code: country_code ?? '', party_id: party_id ?? '' };
    peer.modules.list(module, ids.map((id) => samples[module](party, id, T[1])));
    const { link } = await connect(target, peer);
    const pulled = new Pulled(target, peer, module, link);
    await link.pull(module, true);
    await pulled.until('all objects to be held', ids, []);
    return { pulled, ids };
  }

  get receiver(): ReceiverInterface {
    const { registration } = this.target;
    const [role] = this.peer.roles;
    const party = { country_code: role?.country_code ?? '', party_id: role?.party_id ?? '' };
    return new ReceiverInterface(registration, registration.receiver(this.module).endpoint, party, {});
  }

  async holds(id: string): Promise<boolean> {
    const client = new PlatformClient(this.peer.callBacks.at(-1)?.token ?? '');
    return (await client.call('GET', this.receiver.url(id))).statusCode === 1000;
  }

  /** Waits until some objects are held and others are not. */
  async until(what: string, held: readonly string[], gone: readonly string[]): Promise<void> {
    const wanted = [...held.map((id) => [id, true] as const), ...gone.map((id) => [id, false] as const)];
    await eventually(
      what,
      async (note) => {
        const seen = await Promise.all(wanted.map(([id]) => this.holds(id)));
        note(show(wanted.map(([id, expected], index) => `${id}: ${seen[index] ? 'held' : 'gone'}, expected ${expected ? 'held' : 'gone'}`)));
        return wanted.every(([, expected], index) => seen[index] === expected);
      },
    );
  }

  /** Starts a pull and waits for the first page of a crawl that began after it, `date_from` telling the two kinds apart. */
  async pull(full: boolean): Promise<RecordedRequest> {
    const from = this.peer.requests.length;
    await this.link.pull(this.module, full);
    // A delta that is asked for before a full crawl begins may be covered by that: then it is asked for again.
    await eventually(`a ${full ? 'full' : 'delta'} crawl`, async (note) => {
      if (!full) await this.link.pull(this.module, false);
      note(`${this.peer.requests.length - from} other requests`);
      return this.peer.requests.slice(from).some((request) => this.begins(request, full));
    });
    return this.peer.waitFor(`a ${full ? 'full' : 'delta'} crawl`, (request) => this.begins(request, full), { from });
  }

  begins({ path }: RecordedRequest, full: boolean): boolean {
    return path.includes(`/sender/${this.module}`) && !path.includes('page=') && path.includes('date_from=') !== full;
  }
}

/** Rows about what a crawl makes true, seen from the peer that is crawled. */
export const pullTruthChecks: readonly Check[] = [
  pulls(['PAG-19', 'TAR-11'], 'tariffs', 'what a full crawl does not find is gone, what a delta does not find is not', async (target) => {
    const { pulled, ids } = await Pulled.of(target, 'tariffs', 4);
    const [dropped = '', ...rest] = ids;
    await aged(pulled);
    pulled.peer.modules.unlist('tariffs', dropped);
    await pulled.pull(false);
    // The crawl that follows begins only when the one before it has ended.
    await pulled.pull(false);
    expectThat(await pulled.holds(dropped), 'the tariff that a delta did not hold still held', 'gone');
    await pulled.pull(true);
    await pulled.until('the tariff that the full list lacks to be gone', rest, [dropped]);
  }),
  pulls(['PAG-20'], 'tariffs', 'nothing is dropped after a page that failed, or when the counts disagree', async (target) => {
    const { pulled, ids } = await Pulled.of(target, 'tariffs', 4);
    const { peer } = pulled;
    const [dropped = '', ...rest] = ids;
    await aged(pulled);
    peer.modules.pageSize = 2;
    peer.modules.unlist('tariffs', dropped);
    let failures = 1;
    const isLater = ({ path }: RecordedRequest): boolean => path.includes('/sender/tariffs') && path.includes('page=');
    peer.script = (request) => (isLater(request) && failures-- > 0 ? { http: 500, status: 3000 } : undefined);
    peer.modules.phantoms = 1;
    const from = peer.requests.length;
    await pulled.pull(true);
    await peer.waitFor('a page to fail', (request) => isLater(request) && request.replied === 500, { from });
    expectThat(await pulled.holds(dropped), 'the tariff held after a page that failed', 'gone');
    const ended = (request: RecordedRequest): boolean => isLater(request) && request.replied === 200;
    await peer.waitFor('the last page', ended, { from });
    await pulled.pull(true);
    expectThat(await pulled.holds(dropped), 'the tariff held after a crawl with one object less than X-Total-Count', 'gone');
    peer.script = () => undefined;
    peer.modules.phantoms = 0;
    await pulled.pull(true);
    await pulled.until('the tariff to be gone after a complete crawl', rest, [dropped]);
  }),
  pulls(['PAG-17'], 'locations', 'an object that slips through while the list shrinks is found all the same', async (target) => {
    const { pulled, ids } = await Pulled.of(target, 'locations', 1);
    const { peer } = pulled;
    peer.modules.unlist('locations', ids[0] ?? '');
    const [party] = peer.roles;
    const fresh = Array.from({ length: 6 }, () => target.newId());
    if (party) peer.modules.list('locations', fresh.map((id) => sampleLocation(party, id, T[2])));
    peer.modules.pageSize = 2;
    peer.modules.beforePage = (offset) => {
      if (offset !== 2) return;
      peer.modules.beforePage = () => undefined;
      peer.modules.unlist('locations', fresh[0] ?? '');
    };
    await pulled.pull(true);
    await pulled.until('all Locations that are listed to be held', fresh.slice(1), []);
  }),
  pulls(['PAG-18'], 'locations', 'crawls have no date_to, deltas overlap, and an object listed twice is one', async (target) => {
    const { pulled, ids } = await Pulled.of(target, 'locations', 2);
    const { peer } = pulled;
    const [party] = peer.roles;
    const delta = await pulled.pull(false);
    const dateFrom = new URL(delta.path, peer.url).searchParams.get('date_from') ?? '';
    expectThat(Date.parse(dateFrom) <= Date.parse(T[1]), `a date_from up to ${T[1]}, the newest last_updated`, dateFrom);
    if (party) peer.modules.list('locations', [sampleLocation(party, ids[0] ?? '', T[1]), sampleLocation(party, ids[0] ?? '', T[2])]);
    await pulled.pull(false);
    await eventually('the newer of the two to be held', async (note) => {
      const client = new PlatformClient(peer.callBacks.at(-1)?.token ?? '');
      const held = await client.call('GET', pulled.receiver.url(ids[0] ?? ''));
      note(show(held.data));
      return field(held.data, 'last_updated') === T[2];
    });
    const windows = peer.requests.filter(({ path }) => path.includes('date_to='));
    expectEqual(windows.map(({ path }) => path), [], 'pulls with date_to:');
  }),
  pulls(['TRN-71'], 'locations', 'objects of parties that the peer does not have are not imported, all others are', async (target) => {
    const { pulled, ids } = await Pulled.of(target, 'locations', 1);
    const { peer } = pulled;
    const [party] = peer.roles;
    const [foreign, late] = [target.newId(), target.newId()];
    const nobody = { country_code: 'NL', party_id: 'ZZ9' };
    peer.modules.list('locations', [sampleLocation(nobody, foreign, T[1]), ...(party ? [sampleLocation(party, late, T[1])] : [])]);
    await pulled.pull(true);
    await pulled.until('the peer’s own Locations to be held', [...ids, late], []);
    expectThat(!(await pulled.holds(foreign)), 'no foreign object under the peer’s party', 'one');
    const client = new PlatformClient(peer.callBacks.at(-1)?.token ?? '');
    const other = new ReceiverInterface(target.registration, pulled.receiver.endpoint, nobody, {});
    const answer = await client.call('GET', other.url(foreign));
    expectThat(answer.statusCode !== 1000, 'the foreign object not held', answer.describe());
  }),
  pulls(['TRN-76'], 'locations', 'the timestamp of a page is no watermark', async (target) => {
    const { pulled } = await Pulled.of(target, 'locations', 2);
    const { peer } = pulled;
    peer.script = async (request) => {
      const { data, headers = {} } = await peer.ordinary(request);
      const text = JSON.stringify({ data, status_code: 1000, timestamp: '2099-01-01T00:00:00Z' });
      return request.path.includes('/sender/locations') ? { text, headers } : undefined;
    };
    await pulled.pull(true);
    const delta = await pulled.pull(false);
    const dateFrom = new URL(delta.path, peer.url).searchParams.get('date_from') ?? '';
    expectThat(Date.parse(dateFrom) <= Date.parse(T[1]), `a date_from up to ${T[1]}, the newest last_updated`, dateFrom);
  }),
  defineCheck({
    ids: ['TRN-76'],
    title: 'the timestamp is the time of the answer, also of one that was answered before',
    needs: ['locations SENDER'],
    run: async (target) => {
      await target.objects('locations', 1);
      const sender = target.registration.sender('locations');
      const first = await sender.list({ limit: 1 });
      const begin = Date.parse(String(first.timestamp));
      await eventually('a later timestamp of the same page', async (note) => {
        const again = await sender.list({ limit: 1 });
        expectSuccess(again);
        note(`${show(again.timestamp)} with ${Header.TotalCount} ${again.header(Header.TotalCount.toLowerCase())}`);
        return Date.parse(String(again.timestamp)) > begin;
      });
    },
  }),
];

/** What was written a moment ago may be newer than the crawl that misses it; platforms allow for clocks that differ. */
async function aged({ target, peer }: Pulled): Promise<void> {
  const begin = target.now();
  await eventually('the objects to be a few seconds old', () => Promise.resolve(target.now() - begin > target.clockMargin && peer.requests.length > 0));
}

function pulls(ids: readonly string[], module: Module, title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `the platform pulls: ${title}`, needs: ['connect', `${module} RECEIVER`], run });
}
