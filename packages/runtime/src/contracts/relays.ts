import { defineContract, type UnaryCall } from './contract';

/** The TypeScript face of protos/roamgrid/changes/v1/relays.proto; the comments stand there. */
export interface RelayStatus {
  readonly module: string;
  readonly topic: string;
  readonly published_until: number;
  readonly lag: number;
  readonly epoch: number;
  readonly problem: string;
}

export interface RelaysCalls {
  Status: UnaryCall<Record<string, never>, RelayStatus>;
}

export const relaysContract = defineContract<RelaysCalls>('roamgrid/changes/v1/relays.proto', 'roamgrid.changes.v1.Relays');
