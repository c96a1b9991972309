import { defineContract, type UnaryCall } from './contract';

/** The TypeScript face of protos/roamgrid/delivery/v1/operations.proto; the comments stand there. */
export interface PeerModule {
  readonly peer_id: string;
  readonly module: string;
}

export interface PausedPeer {
  readonly peer_id: string;
  readonly reason: string;
}

export interface CountedReply {
  readonly count: number;
}

/** A page of something; `after` is the `next` of the page before, empty at the first and behind the last. */
export interface PageRequest extends PeerModule {
  readonly limit: number;
  readonly after: string;
}

export interface OwedRow extends PeerModule {
  readonly owed: number;
  readonly oldest: number;
  readonly dead: number;
  readonly stopped: string;
  readonly next: number;
}

export interface DeadLetter extends PeerModule {
  readonly key: string;
  readonly rev: number;
  readonly at: number;
  readonly reason: string;
  readonly http: number;
  readonly ocpi: number;
  readonly response: string;
}

export interface Attempt extends PeerModule {
  readonly at: number;
  readonly key: string;
  readonly rev: number;
  readonly method: string;
  readonly http: number;
  readonly ocpi: number;
  readonly milliseconds: number;
  readonly outcome: 'sent' | 'retry' | 'dead';
  readonly reason: string;
  readonly response: string;
}

/** One of the three that are optional. */
export interface ReplayRequest extends PeerModule {
  readonly key?: string;
  readonly since?: number;
  readonly dead?: boolean;
}

export interface Quarantined extends PeerModule {
  readonly key: string;
  readonly position: string;
  readonly code: string;
  readonly message: string;
  readonly beginning: string;
  readonly size: number;
  readonly first_seen: number;
  readonly last_seen: number;
}

export interface JobView extends PeerModule {
  readonly crawl: 'full' | 'delta' | '';
  readonly page: number;
  readonly total: number;
  readonly next_full: number;
  readonly next_delta: number;
  readonly retry_at: number;
  readonly failures: number;
  readonly last_error: string;
  readonly watermark: number;
  readonly paused: string;
  readonly quarantined: number;
}

export interface PushOperationsCalls {
  Owed: UnaryCall<{ readonly peer_id: string }, { readonly rows: readonly OwedRow[] }>;
  DeadLetters: UnaryCall<PageRequest, { readonly dead_letters: readonly DeadLetter[]; readonly next: string }>;
  Attempts: UnaryCall<PageRequest & { readonly key: string }, { readonly attempts: readonly Attempt[]; readonly next: string }>;
  Replay: UnaryCall<ReplayRequest, CountedReply>;
  RetryNow: UnaryCall<PeerModule, CountedReply>;
  Resync: UnaryCall<PeerModule, CountedReply>;
  Pause: UnaryCall<PausedPeer, CountedReply>;
  Resume: UnaryCall<PausedPeer, CountedReply>;
}

export interface PullOperationsCalls {
  Quarantine: UnaryCall<PageRequest, { readonly quarantined: readonly Quarantined[]; readonly next: string }>;
  Jobs: UnaryCall<{ readonly peer_id: string }, { readonly jobs: readonly JobView[] }>;
  RetryNow: UnaryCall<PeerModule, CountedReply>;
  Pause: UnaryCall<PausedPeer, CountedReply>;
  Resume: UnaryCall<PausedPeer, CountedReply>;
}

const proto = 'roamgrid/delivery/v1/operations.proto';
export const pushOperationsContract = defineContract<PushOperationsCalls>(proto, 'roamgrid.delivery.v1.PushOperations');
export const pullOperationsContract = defineContract<PullOperationsCalls>(proto, 'roamgrid.delivery.v1.PullOperations');
