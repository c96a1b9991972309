import type { Party } from '@roamgrid/ocpi';
import { defineContract, type UnaryCall } from './contract';

/** The TypeScript face of protos/roamgrid/asking/v1/asking.proto; the comments stand there. */
export interface AskRequest {
  readonly action: string;
  readonly version: string;
  readonly party?: Party;
  readonly ids: readonly string[];
  readonly json: Buffer;
}

export interface AskReply {
  readonly json: Buffer;
  readonly origin: string;
  readonly decided: string;
}

export interface AskingCalls {
  Ask: UnaryCall<AskRequest, AskReply>;
}

export const askingContract = defineContract<AskingCalls>('roamgrid/asking/v1/asking.proto', 'roamgrid.asking.v1.Asking');
