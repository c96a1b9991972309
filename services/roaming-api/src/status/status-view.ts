import { partyKey } from '@roamgrid/ocpi';
import { OWN, type PartyCount, type Peer, type PullJob, type PushLane } from '@roamgrid/runtime';

/** What the services said of themselves; undefined for one that is away. */
export interface Reports {
  readonly modules: readonly { readonly id: string; readonly counts: readonly PartyCount[] | undefined }[];
  readonly peers: readonly Peer[];
  readonly lanes: readonly PushLane[] | undefined;
  readonly jobs: readonly PullJob[] | undefined;
  readonly unavailable: readonly string[];
}

/** How delivery of a module to a peer stands; arrival times in milliseconds, null before the first delivery. */
export interface PushView {
  readonly delivered: number;
  readonly waiting: number;
  readonly failed: number;
  readonly arrival_p50_ms: number | null;
  readonly arrival_p99_ms: number | null;
  readonly state: string;
  readonly last_error: string | null;
}

/** How pulling of a module from a peer stands. */
export interface PullView {
  readonly seen: number;
  readonly stored: number;
  readonly refused: number;
  readonly pages: number;
  readonly full_crawls: number;
  readonly delta_crawls: number;
  readonly state: string;
  readonly last_error: string | null;
  readonly watermark: string | null;
}

/** Objects stored, in all and by party. */
export interface StoredView {
  readonly stored: number | null;
  readonly parties: Readonly<Record<string, number>> | null;
}

/** The whole answer; null stands for what a service that is away would have said. */
export interface StatusView {
  readonly own: Readonly<Record<string, StoredView>>;
  readonly peers: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly state: string | null;
    readonly parties: readonly string[];
    readonly modules: Readonly<
      Record<string, StoredView & { readonly push: PushView | null; readonly pull: PullView | null }>
    >;
  }[];
  readonly unavailable: readonly string[];
}

/** Puts all reports together, by peer and module. A peer that left stays visible while something of it is left. */
export function viewStatus(reports: Reports): StatusView {
  const known = new Map(reports.peers.map((peer) => [peer.id, peer]));
  const ids = new Set([
    ...known.keys(),
    ...reports.modules.flatMap(({ counts = [] }) => counts.map(({ origin }) => origin)),
    ...[...(reports.lanes ?? []), ...(reports.jobs ?? [])].map(({ peer_id }) => peer_id),
  ]);
  ids.delete(OWN);
  return {
    own: storedOf(reports, OWN),
    peers: [...ids].sort().map((id) => ({
      id,
      name: known.get(id)?.name ?? null,
      state: known.get(id)?.state ?? null,
      parties: [...new Set((known.get(id)?.roles ?? []).map(partyKey))],
      modules: Object.fromEntries(
        Object.entries(storedOf(reports, id)).map(([module, stored]) => [
          module,
          { ...stored, push: viewLane(reports.lanes, id, module), pull: viewJob(reports.jobs, id, module) },
        ]),
      ),
    })),
    unavailable: reports.unavailable,
  };
}

function storedOf({ modules }: Reports, origin: string): Record<string, StoredView> {
  return Object.fromEntries(
    modules.map(({ id, counts }): [string, StoredView] => {
      if (!counts) return [id, { stored: null, parties: null }];
      const parties: Record<string, number> = {};
      for (const count of counts) {
        if (count.origin === origin)
          parties[partyKey(count.party)] = (parties[partyKey(count.party)] ?? 0) + count.objects;
      }
      return [id, { stored: Object.values(parties).reduce((sum, objects) => sum + objects, 0), parties }];
    }),
  );
}

/** A service that answers but has no row for the pair has done nothing for it yet: zeros, and the state `none`. */
const NO_LANE = { delivered: 0, waiting: 0, failed: 0, arrival_p50: 0, arrival_p99: 0, state: 'none', last_error: '' };
const NO_CRAWL = { seen: 0, stored: 0, refused: 0, pages: 0, full_crawls: 0, delta_crawls: 0 };
const NO_JOB = { ...NO_CRAWL, state: 'none', last_error: '', watermark: 0 };

function viewLane(lanes: readonly PushLane[] | undefined, peer: string, module: string): PushView | null {
  if (!lanes) return null;
  const lane = lanes.find((candidate) => candidate.peer_id === peer && candidate.module === module) ?? NO_LANE;
  const { delivered, waiting, failed, arrival_p50, arrival_p99, state, last_error } = lane;
  return {
    delivered,
    waiting,
    failed,
    arrival_p50_ms: arrival_p50 || null,
    arrival_p99_ms: arrival_p99 || null,
    state,
    last_error: last_error || null,
  };
}

function viewJob(jobs: readonly PullJob[] | undefined, peer: string, module: string): PullView | null {
  if (!jobs) return null;
  const job = jobs.find((candidate) => candidate.peer_id === peer && candidate.module === module) ?? NO_JOB;
  const { seen, stored, refused, pages, full_crawls, delta_crawls, state, last_error, watermark } = job;
  return {
    seen,
    stored,
    refused,
    pages,
    full_crawls,
    delta_crawls,
    state,
    last_error: last_error || null,
    watermark: watermark ? new Date(watermark).toISOString() : null,
  };
}
