import type { ConversationDeclaration, ModuleDeclaration, OcpiVersion } from '@roamgrid/modules';
import type { ListCursorCodec } from '@roamgrid/ocpi';
import type { AskingCalls, Client, Clock, ConversationsCalls, Logger, ObjectsCalls, PeerDirectory, PullCalls, PullOperationsCalls, PushCalls, PushOperationsCalls, RelaysCalls } from '@roamgrid/runtime';
import type { ChangeSource } from './feed/change-source';
import type { OpenFeeds } from './feed/open-feeds';
import type { IdempotencyRecords } from './idempotency/idempotency-records';
import type { KeyRing } from './keys/key-ring';
import type { PushLag } from './operations/push-lag';

/** Bounds of what one caller can make us hold; what each means stands in config.default.yaml. */
export interface Limits {
  readonly objectBytes: number;
  readonly peerBytes: number;
  readonly lineBytes: number;
  readonly imports: number;
  readonly unreadAnswerBytes: number;
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly requestsAtOnce: number;
  readonly feeds: number;
  readonly unreadFeedBytes: number;
  readonly bodySeconds: number;
  readonly idleSeconds: number;
}

/** A module that is offered: its declaration, the version that backends speak, the service that owns its objects. */
export interface ServedModule {
  readonly declaration: ModuleDeclaration;
  readonly version: OcpiVersion;
  readonly objects: Client<ObjectsCalls>;
  /** What its service asks of peers; few modules have that. */
  readonly asking: Client<AskingCalls>;
  /** How far its changes have come. */
  readonly relays: Client<RelaysCalls>;
}

/** A conversation module that is offered: its declaration, and the service that holds its conversations. */
export interface ServedConversation {
  readonly declaration: ConversationDeclaration;
  readonly calls: Client<ConversationsCalls>;
  /** How far its changes have come. */
  readonly relays: Client<RelaysCalls>;
}

/** What the handlers work with. */
export interface Backend {
  readonly modules: readonly ServedModule[];
  readonly conversations: readonly ServedConversation[];
  readonly directory: PeerDirectory;
  readonly push: Client<PushCalls>;
  readonly pull: Client<PullCalls>;
  readonly pushOperations: Client<PushOperationsCalls>;
  readonly pullOperations: Client<PullOperationsCalls>;
  readonly pushLag: PushLag;
  readonly cursors: ListCursorCodec;
  readonly keys: KeyRing;
  readonly idempotency: IdempotencyRecords;
  readonly changes: ChangeSource;
  readonly feeds: OpenFeeds;
  readonly publicUrl: string;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The ids of all modules that are offered, of either sort: what a key can be limited to, and what the feed has. */
export function servedIds({ modules, conversations }: Pick<Backend, 'conversations' | 'modules'>): string[] {
  return [...modules, ...conversations].map(({ declaration }) => declaration.id);
}
