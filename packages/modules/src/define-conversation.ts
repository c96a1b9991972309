import type { OcpiVersion } from './define-module';
import type { JsonSchema, ObjectSchema, ObjectType } from './schema';
import type { Role } from './shared/role';

/** Ids, in version details, of the modules that are conversations. */
export type ConversationId = 'chargingprofiles' | 'commands';

/** What is asked of the other side: answered at once, its result POSTed to the `response_url` of the request later. */
export interface RequestKind {
  /** How it is called here and in events, such as `START_SESSION`. */
  readonly name: string;
  readonly method: 'POST' | 'PUT' | 'GET' | 'DELETE';
  /** The segment below the receiver's endpoint: a word, or the field of the request that stands there. */
  readonly segment: { readonly word: string } | { readonly field: string };
  /** Where the rest of the request stands, `response_url` included. */
  readonly place: 'body' | 'query';
  /** Fields of a request in the query that are numbers. */
  readonly numbers: readonly string[];
  /** The whole request as one object, with what stands in the path. */
  readonly schema: ObjectSchema;
  /** What is POSTed to the response_url. */
  readonly result: ObjectSchema;
  /** A result that may follow on the same URL once the first one was ACCEPTED (CMD-14). */
  readonly endedBy?: string;
  /** Fields whose value our own systems may name in short, each with the class of that. */
  readonly named?: Readonly<Record<string, ObjectType>>;
  /** What its service adds beside the request for our own systems, where a peer asks. */
  readonly details?: Readonly<Record<string, JsonSchema>>;
  /** What our own systems must know before they ask. */
  readonly note?: string;
}

/** What the answering side tells unasked, by PUT to the sender interface, once it has accepted a request of the kind `after`. */
export interface NoticeKind {
  readonly name: string;
  /** What our own systems call it: the last segment of the path at which they tell it. */
  readonly word: string;
  /** The field that stands in the path. */
  readonly field: string;
  /** The whole notice as one object, with what stands in the path. */
  readonly schema: ObjectSchema;
  readonly after: string;
}

/** What a conversation module is: asked by one side, answered at once and once more later by the other. */
export interface ConversationDeclaration {
  readonly id: ConversationId;
  readonly version: OcpiVersion;
  /** Roles of the parties that ask: the sender interface is theirs, where results and notices arrive. */
  readonly asks: readonly Role[];
  /** The role of the parties that are asked: the receiver interface is theirs. */
  readonly answers: Role;
  /**
   * The role of parties that pass on what an SCSP under contract asks of those who answer: towards it the receiver interface is
   * theirs, too (CHP-24).
   */
  readonly passedOnBy?: Role;
  /** What a request is answered with at once: `result` and `timeout`, the seconds within which the result comes. */
  readonly response: ObjectSchema;
  readonly requests: readonly RequestKind[];
  readonly notices: readonly NoticeKind[];
  /** The result that stands for a charge point, or a backend, that stays silent. */
  readonly silent: string;
}

/** The literal with which responses and results of all kinds say yes. */
export const ACCEPTED = 'ACCEPTED';

/**
 * The kind of request of that name.
 * @throws Error when the module has none, which is a defect
 */
export function requestKind({ id, requests }: ConversationDeclaration, name: string): RequestKind {
  const kind = requests.find((each) => each.name === name);
  if (!kind) throw new Error(`${id} has no ${name}`);
  return kind;
}
