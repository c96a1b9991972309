import type { Party } from '@roamgrid/ocpi';
import { defineContract, type UnaryCall } from './contract';

/** The TypeScript face of protos/roamgrid/objects/v1/objects.proto; the comments stand there. */
export interface PartyRole extends Party {
  readonly role: string;
}

export interface Caller {
  /** `own`, or the id of the peer. */
  readonly origin: string;
  readonly roles: readonly PartyRole[];
  readonly hosted?: readonly Party[];
}

/** The origin of objects that the company's own systems write. */
export const OWN = 'own';

export interface ObjectPath {
  readonly party: Party;
  readonly ids: readonly string[];
  readonly nested: readonly string[];
}

export interface WriteRequest {
  readonly caller: Caller;
  readonly version: string;
  readonly path: ObjectPath;
  readonly json: Buffer;
}

export type WriteOutcome = 'created' | 'updated' | 'unchanged' | 'stale' | 'deleted';

export interface WriteReply {
  readonly outcome: WriteOutcome;
  readonly key: string;
  readonly rev: number;
  readonly names?: readonly string[];
}

export interface PostRequest {
  readonly caller: Caller;
  readonly version: string;
  readonly json: Buffer;
}

export interface ActRequest {
  readonly action: string;
  readonly version: string;
  readonly caller: Caller;
  readonly parties: readonly Party[];
  readonly ids: readonly string[];
  readonly json: Buffer;
}

export interface ActReply {
  readonly json: Buffer;
}

export interface PutManyRequest {
  readonly caller: Caller;
  readonly version: string;
  readonly objects: readonly Buffer[];
}

export interface PutResult {
  readonly outcome: WriteOutcome | 'refused';
  readonly key: string;
  readonly code: string;
  readonly message: string;
  readonly last_updated: number;
}

export interface PutManyReply {
  readonly results: readonly PutResult[];
}

export interface GetRequest {
  readonly version: string;
  readonly origin: string;
  readonly parties: readonly Party[];
  readonly ids: readonly string[];
  readonly nested: readonly string[];
}

export interface GetReply {
  readonly json: Buffer;
  readonly key: string;
  readonly rev: number;
  readonly origin: string;
}

export interface Position {
  readonly created: number;
  readonly key: string;
}

export interface ListRequest {
  readonly version: string;
  readonly origin: string;
  readonly parties: readonly Party[];
  readonly date_from?: number;
  readonly date_to?: number;
  readonly offset: number;
  readonly limit: number;
  readonly after?: Position;
  readonly known_total?: number;
  readonly described: boolean;
  readonly if_version?: string;
  readonly readers?: readonly Party[];
  readonly also_for?: readonly Party[];
}

export interface ListReply {
  readonly json: Buffer;
  readonly count: number;
  readonly total: number;
  readonly next?: Position;
  readonly version: string;
  readonly unchanged: boolean;
}

export interface FetchRequest {
  readonly version: string;
  readonly keys: readonly string[];
}

export interface Fetched {
  readonly key: string;
  readonly rev: number;
  readonly deleted: boolean;
  readonly json: Buffer;
  readonly written: number;
  readonly party: Party;
  readonly ids: readonly string[];
  readonly audience: readonly string[];
  readonly origin: string;
}

export interface FetchReply {
  readonly objects: readonly Fetched[];
}

export interface VersionsRequest {
  readonly version: string;
  readonly origin: string;
  readonly party: Party;
  readonly ids: readonly string[];
  readonly at?: number;
  readonly offset: number;
  readonly limit: number;
}

export interface VersionsReply {
  readonly versions: readonly ObjectVersion[];
  readonly more: boolean;
}

export interface ObjectVersion {
  readonly rev: number;
  readonly deleted: boolean;
  readonly json: Buffer;
  readonly valid_from: number;
  readonly valid_to?: number;
}

export interface PartyCount {
  readonly party: Party;
  readonly origin: string;
  readonly objects: number;
}

export interface CountReply {
  readonly parties: readonly PartyCount[];
}

export interface ObjectsCalls {
  Put: UnaryCall<WriteRequest, WriteReply>;
  Post: UnaryCall<PostRequest, WriteReply>;
  Act: UnaryCall<ActRequest, ActReply>;
  Patch: UnaryCall<WriteRequest, WriteReply>;
  Delete: UnaryCall<WriteRequest, WriteReply>;
  PutMany: UnaryCall<PutManyRequest, PutManyReply>;
  Get: UnaryCall<GetRequest, GetReply>;
  List: UnaryCall<ListRequest, ListReply>;
  Fetch: UnaryCall<FetchRequest, FetchReply>;
  Versions: UnaryCall<VersionsRequest, VersionsReply>;
  Count: UnaryCall<Record<string, never>, CountReply>;
}

export const objectsContract = defineContract<ObjectsCalls>('roamgrid/objects/v1/objects.proto', 'roamgrid.objects.v1.Objects');
