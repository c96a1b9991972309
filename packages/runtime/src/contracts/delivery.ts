import { defineContract, type UnaryCall } from './contract';

/** The TypeScript face of protos/roamgrid/delivery/v1/delivery.proto; the comments stand there. */
export interface PushLane {
  readonly peer_id: string;
  readonly module: string;
  readonly delivered: number;
  readonly waiting: number;
  readonly failed: number;
  readonly arrival_p50: number;
  readonly arrival_p99: number;
  readonly state: string;
  readonly last_error: string;
}

export interface PullJob {
  readonly peer_id: string;
  readonly module: string;
  readonly state: 'idle' | 'running';
  readonly seen: number;
  readonly stored: number;
  readonly refused: number;
  readonly pages: number;
  readonly full_crawls: number;
  readonly delta_crawls: number;
  readonly last_error: string;
  readonly watermark: number;
}

export interface Delivery {
  readonly peer_id: string;
  readonly state: 'owed' | 'sent' | 'dead';
  readonly rev: number;
  readonly sent_rev: number;
  readonly attempts: number;
  readonly last_error: string;
  readonly location: string;
}

export interface PeerHealth {
  readonly peer_id: string;
  readonly health: 'well' | 'failing' | 'refused' | '';
  readonly delivered: number;
  readonly held: string;
}

export interface PushCalls {
  Status: UnaryCall<Record<string, never>, { readonly lanes: readonly PushLane[] }>;
  Deliveries: UnaryCall<{ readonly module: string; readonly key: string }, { readonly deliveries: readonly Delivery[] }>;
  Health: UnaryCall<Record<string, never>, { readonly peers: readonly PeerHealth[] }>;
}

export interface PullCalls {
  Status: UnaryCall<Record<string, never>, { readonly jobs: readonly PullJob[] }>;
  Start: UnaryCall<{ readonly peer_id: string; readonly module: string; readonly full: boolean }, { readonly started: number }>;
}

export const pushContract = defineContract<PushCalls>('roamgrid/delivery/v1/delivery.proto', 'roamgrid.delivery.v1.Push');
export const pullContract = defineContract<PullCalls>('roamgrid/delivery/v1/delivery.proto', 'roamgrid.delivery.v1.Pull');
