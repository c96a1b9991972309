import { partyKey } from '@roamgrid/ocpi';
import type { TopicLag } from '@roamgrid/changes';
import type { JobView, OwedRow, Peer, PeerHealth, PushLane, RelayStatus } from '@roamgrid/runtime';
import type { HealthWord } from './operations-schemas';

/** What the services said of themselves; undefined for one that is away. */
export interface Reports {
  readonly now: number;
  readonly peers: readonly Peer[];
  readonly healths: readonly PeerHealth[] | undefined;
  readonly owed: readonly OwedRow[] | undefined;
  readonly lanes: readonly PushLane[] | undefined;
  readonly jobs: readonly JobView[] | undefined;
  readonly relays: readonly RelayStatus[];
  readonly lags: readonly TopicLag[] | undefined;
  /** The consumer group that the lags are of. */
  readonly group: string;
  readonly unavailable: readonly string[];
}

/** How the pushing of a module to a peer stands. */
export interface PushState {
  readonly owed: number;
  readonly oldest: string | null;
  readonly dead: number;
  readonly stopped: string | null;
  readonly next: string | null;
  readonly last_error: string | null;
}

/** How the pulling of a module from a peer stands. */
export interface PullState {
  readonly crawl: 'full' | 'delta' | null;
  readonly page: number;
  readonly total: number | null;
  readonly next_full: string | null;
  readonly next_delta: string | null;
  readonly retry_at: string | null;
  readonly failures: number;
  readonly last_error: string | null;
  readonly watermark: string | null;
  readonly quarantined: number;
}

/** A peer with its figures; null stands for what a service that is away would have said. */
export interface PeerState {
  readonly id: string;
  readonly name: string | null;
  readonly state: string | null;
  readonly parties: readonly string[];
  readonly health: HealthWord;
  readonly reason: string | null;
  readonly owed: number | null;
  readonly oldest: string | null;
  readonly dead: number | null;
  readonly quarantined: number | null;
  readonly modules: Readonly<Record<string, { readonly push: PushState | null; readonly pull: PullState | null }>>;
}

/** Epoch milliseconds as a date; 0 is none. */
export function dateOf(millis: number): string | null {
  return millis > 0 ? new Date(millis).toISOString() : null;
}

/** All peers that there are, and those that left while something of them is left; by id. */
export function viewPeers(reports: Reports): PeerState[] {
  const known = new Map(reports.peers.map((peer) => [peer.id, peer]));
  const ids = new Set([...known.keys(), ...[...(reports.owed ?? []), ...(reports.jobs ?? [])].map(({ peer_id }) => peer_id)]);
  return [...ids].sort().map((id) => viewPeer(id, known.get(id), reports));
}

function viewPeer(id: string, peer: Peer | undefined, reports: Reports): PeerState {
  const { owed = [], jobs = [], lanes = [], healths = [] } = reports;
  const rows = owed.filter(({ peer_id }) => peer_id === id);
  const pulls = jobs.filter(({ peer_id }) => peer_id === id);
  const since = Math.min(...rows.filter(({ oldest }) => oldest > 0).map(({ oldest }) => oldest));
  return {
    id,
    ...registrationOf(peer),
    ...healthOf(rows, pulls, healths.find(({ peer_id }) => peer_id === id)),
    owed: reports.owed ? sum(rows.map((row) => row.owed)) : null,
    oldest: Number.isFinite(since) ? dateOf(since) : null,
    dead: reports.owed ? sum(rows.map(({ dead }) => dead)) : null,
    quarantined: reports.jobs ? sum(pulls.map(({ quarantined }) => quarantined)) : null,
    modules: viewModules(id, rows, pulls, lanes),
  };
}

function registrationOf(peer: Peer | undefined): Pick<PeerState, 'name' | 'parties' | 'state'> {
  if (!peer) return { name: null, state: null, parties: [] };
  return { name: peer.name, state: peer.state, parties: [...new Set(peer.roles.map(partyKey))] };
}

function viewModules(id: string, owed: readonly OwedRow[], jobs: readonly JobView[], lanes: readonly PushLane[]): PeerState['modules'] {
  const names = [...new Set([...owed, ...jobs].map(({ module }) => module))].sort();
  return Object.fromEntries(
    names.map((module) => {
      const row = owed.find((candidate) => candidate.module === module);
      const job = jobs.find((candidate) => candidate.module === module);
      const lane = lanes.find((candidate) => candidate.peer_id === id && candidate.module === module);
      return [module, { push: row ? viewRow(row, lane) : null, pull: job ? viewJob(job) : null }];
    }),
  );
}

function viewRow({ owed, oldest, dead, stopped, next }: OwedRow, lane: PushLane | undefined): PushState {
  return { owed, oldest: dateOf(oldest), dead, stopped: stopped || null, next: dateOf(next), last_error: lane?.last_error || null };
}

function viewJob(job: JobView): PullState {
  const { crawl, page, total, next_full, next_delta, retry_at, failures, last_error, watermark, quarantined } = job;
  return {
    crawl: crawl || null,
    page,
    total: total < 0 ? null : total,
    next_full: dateOf(next_full),
    next_delta: dateOf(next_delta),
    retry_at: dateOf(retry_at),
    failures,
    last_error: last_error || null,
    watermark: dateOf(watermark),
    quarantined,
  };
}

/** Words by which the push-dispatcher begins to say why nothing goes, the gravest first. */
const STOPPED = ['paused', 'suspended', 'refused', 'failing', 'held'] as const;

function healthOf(owed: readonly OwedRow[], jobs: readonly JobView[], health: PeerHealth | undefined): Pick<PeerState, 'health' | 'reason'> {
  const pause = jobs.find(({ paused }) => paused !== '')?.paused;
  if (pause !== undefined) return { health: 'paused', reason: pause };
  for (const word of STOPPED) {
    const row = owed.find(({ stopped }) => stopped === word || stopped.startsWith(`${word}:`));
    if (row) return { health: word, reason: row.stopped.slice(word.length + 1).trim() || null };
  }
  if (health?.health === 'failing' || health?.health === 'refused') return { health: health.health, reason: null };
  if (health && health.held !== '') return { health: 'held', reason: health.held };
  return { health: health?.health || 'unknown', reason: null };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
