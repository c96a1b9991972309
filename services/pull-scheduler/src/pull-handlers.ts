import {
  type Clock,
  type Handlers,
  type PeerDirectory,
  type PullCalls,
  type PullJob,
} from '@roamgrid/runtime';
import { checkPeer } from './check-peer';
import type { JobDocument } from './job-document';
import type { JobStore } from './job-store';

/** The Pull contract. `wake` makes this process look at its jobs again. */
export function pullHandlers(
  jobs: JobStore,
  directory: PeerDirectory,
  clock: Clock,
  wake: () => void,
): Handlers<PullCalls> {
  return {
    Status: async () => ({ jobs: (await jobs.list()).map(statusOf) }),
    Start: async ({ peer_id, module, full }) => {
      checkPeer(directory, peer_id);
      const started = await jobs.request(peer_id, module, full ? 'full' : 'delta', new Date(clock.now()));
      wake();
      return { started };
    },
  };
}

function statusOf({ peer, module, crawl, totals, lastError, watermark }: JobDocument): PullJob {
  const { seen, stored, refused, pages, full, delta } = totals;
  return {
    ...{ peer_id: peer, module, state: crawl === null ? 'idle' : 'running' },
    ...{ seen, stored, refused, pages, full_crawls: full, delta_crawls: delta },
    ...{ last_error: lastError, watermark: watermark?.getTime() ?? 0 },
  };
}
