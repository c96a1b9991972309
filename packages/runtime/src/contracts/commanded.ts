import type { Party } from '@roamgrid/ocpi';
import { defineContract, type UnaryCall } from './contract';

/** The TypeScript face of protos/roamgrid/commands/v1/commanded.proto; the comments stand there. */
export interface FindCommandedRequest {
  readonly uid: string;
  readonly type: string;
  readonly party?: Party;
  readonly location_id: string;
  readonly evse_uids: readonly string[];
}

export interface FindCommandedReply {
  readonly token: Buffer;
  readonly authorization_reference: string;
  readonly origin: string;
}

export interface CommandedCalls {
  Find: UnaryCall<FindCommandedRequest, FindCommandedReply>;
}

export const commandedContract = defineContract<CommandedCalls>('roamgrid/commands/v1/commanded.proto', 'roamgrid.commands.v1.Commanded');
