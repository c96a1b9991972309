import type { Clock, Handlers, JobView, PeerDirectory, PullOperationsCalls, Quarantined } from '@roamgrid/runtime';
import { checkOnePeer, checkPeer } from './check-peer';
import type { JobDocument } from './job-document';
import type { JobStore } from './job-store';
import type { Pauses } from './pauses';
import type { Quarantine, QuarantineDocument } from './quarantine';

/** What the operator's calls work with; `wake` makes this process look at its jobs again. */
export interface OperationsContext {
  readonly jobs: JobStore;
  readonly quarantine: Quarantine;
  readonly pauses: Pauses;
  readonly directory: Pick<PeerDirectory, 'peer'>;
  readonly clock: Clock;
  readonly wake: () => void;
}

const MOST_LISTED = 500;

/** The PullOperations contract: what an operator sees of the pulling and does about it, at whatever replica. */
export function operationsHandlers(context: OperationsContext): Handlers<PullOperationsCalls> {
  const { jobs, quarantine, pauses, directory, clock, wake } = context;
  return {
    Quarantine: async ({ peer_id: peer, module, limit, after }) => {
      const page = { peer, module, limit: Math.min(Math.max(limit, 1), MOST_LISTED), after };
      const { documents, next } = await quarantine.list(page);
      return { quarantined: documents.map(viewQuarantined), next };
    },
    Jobs: async ({ peer_id }) => {
      const [documents, refused] = await Promise.all([jobs.list(peer_id), quarantine.counts(peer_id)]);
      const view = (job: JobDocument): JobView => viewJob(job, pauses.reasonOf(job.peer), refused.get(job._id) ?? 0, clock.now());
      return { jobs: documents.map(view) };
    },
    RetryNow: async ({ peer_id, module }) => {
      checkPeer(directory, peer_id);
      const count = await jobs.retryAll(peer_id, module);
      wake();
      return { count };
    },
    Pause: async ({ peer_id, reason }) => {
      checkOnePeer(directory, peer_id);
      return { count: (await pauses.pause(peer_id, reason, new Date(clock.now()))) ? 1 : 0 };
    },
    Resume: async ({ peer_id }) => {
      checkOnePeer(directory, peer_id);
      const count = (await pauses.resume(peer_id)) ? 1 : 0;
      wake();
      return { count };
    },
  };
}

function viewJob(job: JobDocument, paused: string, quarantined: number, now: number): JobView {
  const { peer, module, crawl, dueFull, dueDelta, retryAt, failures, restarts, lastError, watermark } = job;
  return {
    ...{ peer_id: peer, module, crawl: crawl?.kind ?? '', page: crawl?.page ?? 0, total: crawl?.total ?? -1 },
    next_full: Math.max(dueFull.getTime(), now),
    next_delta: Math.max(dueDelta.getTime(), now),
    retry_at: retryAt?.getTime() ?? 0,
    failures: failures + restarts,
    last_error: lastError,
    watermark: watermark?.getTime() ?? 0,
    ...{ paused, quarantined },
  };
}

function viewQuarantined(document: QuarantineDocument): Quarantined {
  const { peer, module, key, position, code, message, bytes, size, firstSeen, lastSeen } = document;
  return {
    ...{ peer_id: peer, module, key, position, code, message, size },
    beginning: bytes.toString('utf8'),
    first_seen: firstSeen.getTime(),
    last_seen: lastSeen.getTime(),
  };
}
