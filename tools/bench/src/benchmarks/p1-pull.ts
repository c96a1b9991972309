import { MemoryWatch, RoamingApiClient, startPlatform, waitUntil, type Platform } from '@roamgrid/testkit';
import type { BenchContext, Benchmark } from '../harness/benchmark';
import { readLocations } from '../stack/bench-data';
import { EMSP } from '../stack/bench-platform';
import { startListingPeer } from '../stack/listing-peer';

const OBJECTS = 100_000;
const PATTERNS = 1_000;
const NEVER = 24 * 3_600_000;
const LIMIT = 600_000;

/** A large list from a local peer: everything new, then nothing new. */
export const pull: Benchmark = {
  id: 'P1',
  what: `pull of ${OBJECTS} Locations from a local peer, all new, then unchanged`,
  async run(context) {
    const platform = await start(context);
    const api = new RoamingApiClient(platform);
    const patterns = await readLocations(context.options.data, PATTERNS);
    const memory = new MemoryWatch([platform]);
    const watching = setInterval(() => memory.look(), 250);
    const began = performance.now();
    const peer = await startListingPeer(platform, patterns, OBJECTS);
    const first = await untilCrawled(api, 1, began);
    context.say(`P1: ${OBJECTS} Locations in ${first.seconds} s`);
    const again = performance.now();
    await api.call('POST', `/v1/peers/${first.peer}/pull`, { full: true });
    const second = await untilCrawled(api, 2, again);
    clearInterval(watching);
    const largest = memory.largest().find(({ name }) => name.endsWith('pull-scheduler'));
    const megabytes = Math.round((largest?.bytes ?? 0) / 1e6);
    context.report({
      ...{ id: this.id, what: this.what, seconds: first.seconds, unchanged_seconds: second.seconds, refused: second.refused },
      ...{ pull_scheduler_mb: megabytes, memory: memory.report(), goal: '<= 60 s, < 300 MB; unchanged <= 20 s' },
      met: String(first.seconds <= 60 && second.seconds <= 20 && megabytes < 300),
    });
    await peer.stop();
    await platform.stop();
  },
};

function start({ parts, dataDir, group }: BenchContext): Promise<Platform> {
  return startPlatform({
    spec: {
      ...{ name: 'bench-p1', parties: [EMSP], pull: { delta: NEVER, full: NEVER }, logLevel: 'warn' },
      without: ['commands', 'charging-profiles', 'hub-client-info', 'tariffs', 'tokens', 'sessions', 'cdrs'],
    },
    site: { mongodbUri: parts.mongodbUri, kafkaBrokers: parts.kafkaBrokers },
    dataDir,
    group,
  });
}

/** Resolves when so many full crawls are complete; seconds since a moment of `performance.now()`. */
async function untilCrawled(api: RoamingApiClient, crawls: number, since: number): Promise<{ peer: string; seconds: number; refused: number }> {
  let found: { peer: string; seconds: number; refused: number } | undefined;
  const crawled = async (): Promise<boolean> => {
    for (const { id, modules } of (await api.status()).peers) {
      const job = modules['locations']?.pull;
      if (job?.state !== 'idle' || job.full_crawls < crawls) continue;
      found = { peer: id, seconds: Math.round((performance.now() - since) / 100) / 10, refused: job.refused };
    }
    return found !== undefined;
  };
  await waitUntil(crawled, { what: `full crawl ${crawls} is complete`, timeoutMs: LIMIT, intervalMs: 250 });
  if (!found) throw new Error('the crawl was not found');
  return found;
}
