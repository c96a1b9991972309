import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@roamgrid/testkit';
import { handshake, objectsOf, PlatformStack, untilEqual, type RunningPlatform } from './platform-stack';

const read = (name: string): string[] => readFileSync(join(__dirname, '../../samples', name), 'utf8').trim().split('\n');
const locations = read('locations.ndjson');
const tariffs = read('tariffs.ndjson');

describe('two platforms on real parts', () => {
  const stack = new PlatformStack();
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;
  let cpoAtEmsp = '';

  beforeAll(async () => {
    await stack.startParts();
    const parties = ['NL', 'DE'].map((country_code) => ({ country_code, party_id: 'RGC', roles: ['CPO'], name: 'Roamgrid Charge' }));
    [cpo, emsp] = await Promise.all([
      stack.platform({ name: 'cpo', parties }),
      stack.platform({ name: 'emsp', parties: [{ country_code: 'NL', party_id: 'RGE', roles: ['EMSP'], name: 'Roamgrid Drive' }], pull: { delta: 3_600_000, full: 3_600_000 } }),
    ]);
    cpoAtEmsp = await handshake(cpo, emsp);
  });

  afterAll(() => stack.stop());

  async function* from(lines: readonly string[]): AsyncGenerator<string> {
    yield* lines;
  }

  const pushed = async (module: string): Promise<number> => {
    const { peers } = await cpo.api.status();
    return peers.reduce((sum, peer) => sum + (peer.modules[module]?.push?.delivered ?? 0), 0);
  };

  it('mirror locations and tariffs by push', async () => {
    expect(await cpo.api.import('tariffs', from(tariffs), { results: 'refused' })).toMatchObject({ lines: 27, created: 27 });
    expect(await cpo.api.import('locations', from(locations), { results: 'refused' })).toMatchObject({ lines: 300, created: 300 });
    await untilEqual(cpo, emsp, 'tariffs', 27);
    await untilEqual(cpo, emsp, 'locations', 300);
    expect(await pushed('locations')).toBe(300);
  });

  it('LOC-03 a status change of an EVSE arrives, and raises its parents', async () => {
    const location = JSON.parse(locations[0] ?? '') as { id: string; evses: { uid: string }[] };
    const [evse] = location.evses;
    const last_updated = new Date().toISOString();
    const path = `/v1/locations/NL/RGC/${location.id}`;
    await cpo.api.call('PATCH', `${path}/${evse?.uid ?? ''}`, { status: 'OUTOFORDER', last_updated });
    await waitUntil(
      async () => {
        const there = await emsp.api.call<{ last_updated: string; evses: { uid: string; status: string; last_updated: string }[] }>('GET', path);
        const changed = there.evses.find(({ uid }) => uid === evse?.uid);
        return changed?.status === 'OUTOFORDER' && changed.last_updated === last_updated && there.last_updated === last_updated;
      },
      { what: 'the new status is at the eMSP', timeoutMs: 30_000 },
    );
  });

  it('TAR-07 a deleted tariff is gone on both sides, and its last version is kept', async () => {
    const { country_code, party_id, id } = JSON.parse(tariffs[0] ?? '') as Record<string, string>;
    await cpo.api.call('DELETE', `/v1/tariffs/${country_code ?? ''}/${party_id ?? ''}/${id ?? ''}?in_use=allowed`);
    await untilEqual(cpo, emsp, 'tariffs', 26);
  });

  it('a full pull of what is there already changes nothing', async () => {
    const before = await objectsOf(emsp, 'locations');
    const crawls = async (): Promise<{ full: number; stored: number; seen: number }> => {
      const pull = (await emsp.api.status()).peers[0]?.modules['locations']?.pull;
      return { full: pull?.full_crawls ?? 0, stored: pull?.stored ?? 0, seen: pull?.seen ?? 0 };
    };
    await waitUntil(async () => (await crawls()).full > 0, { what: 'the first crawl is over', timeoutMs: 60_000 });
    const start = await crawls();
    await emsp.api.call('POST', `/v1/peers/${cpoAtEmsp}/pull`, { module: 'locations', full: true });
    await waitUntil(async () => (await crawls()).full > start.full, { what: 'the crawl is over', timeoutMs: 60_000 });
    const end = await crawls();
    expect(end.seen - start.seen).toBe(300);
    expect(end.stored - start.stored).toBe(0);
    expect(await objectsOf(emsp, 'locations')).toEqual(before);
  });

  it('nobody edits what is not theirs, and is told so', async () => {
    const foreign = { ...(JSON.parse(locations[0] ?? '') as object), country_code: 'FR', party_id: 'XYZ' };
    const ofCpo = JSON.parse(locations[0] ?? '') as { id: string };
    await expect(cpo.api.call('PUT', '/v1/locations/FR/XYZ/RG-0001', foreign)).rejects.toThrow(/party\.not_yours/);
    await expect(emsp.api.call('PUT', `/v1/locations/NL/RGC/${ofCpo.id}`, ofCpo)).rejects.toThrow(/40[0-9]|not/);
    await expect(emsp.api.call('PUT', '/v1/locations/NL/RGE/OWN1', { ...ofCpo, party_id: 'RGE', id: 'OWN1' })).rejects.toThrow(/role/i);
  });

  async function writeDuring(count: number, fault: () => Promise<void>): Promise<void> {
    const { id, evses } = JSON.parse(locations[1] ?? '') as { id: string; evses: { uid: string }[] };
    const { country_code } = JSON.parse(locations[1] ?? '') as { country_code: string };
    const fresh = Array.from({ length: count }, (_, i) => JSON.stringify({ ...(JSON.parse(locations[1] ?? '') as object), id: `${id}-F${Date.now() % 100_000}-${i}`, evses: evses.map((evse) => ({ ...evse })) }));
    async function* steady(): AsyncGenerator<string> {
      for (const [i, line] of fresh.entries()) {
        if (i === Math.floor(count / 3)) await fault();
        yield line;
      }
    }
    const before = (await objectsOf(cpo, 'locations')).size;
    const summary = await cpo.api.import('locations', steady(), { results: 'all' });
    expect(summary).toMatchObject({ lines: count, refused: 0 });
    expect(country_code).toHaveLength(2);
    await untilEqual(cpo, emsp, 'locations', before + count);
  }

  it('mongod killed while objects flow: nothing is lost, the flow goes on by itself', async () => {
    await writeDuring(300, () => stack.mongod.kill());
  });

  it('Kafka killed while objects flow: nothing is lost, the flow goes on by itself', async () => {
    await writeDuring(300, () => stack.kafka.kill());
  });

  it('locations service and push-dispatcher killed while objects flow: nothing is lost', async () => {
    await writeDuring(300, async () => {
      await cpo.services.get('push-dispatcher')?.kill();
      await cpo.services.get('locations')?.kill();
      await emsp.services.get('gateway')?.kill();
    });
  });
});
