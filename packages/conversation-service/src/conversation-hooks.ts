import type { RequestKind } from '@roamgrid/modules';
import type { JsonObject } from '@roamgrid/object-service';
import type { Party } from '@roamgrid/ocpi';
import type { Caller, Peer } from '@roamgrid/runtime';

/** A valid request of a peer. */
export interface AskedRequest {
  readonly kind: RequestKind;
  readonly caller: Caller;
  /** The peer that it is. */
  readonly peer: Peer;
  /** The party there that asks. */
  readonly counterpart: Party;
  /** Our parties that may be meant. */
  readonly parties: readonly Party[];
  readonly request: JsonObject;
}

/** What a request is answered with at once, and what is known of it besides. */
export interface Judgement {
  /** Our party that is meant. */
  readonly party: Party;
  /** A literal of the response type. */
  readonly response: string;
  /** Why, in English, where it is not accepted. */
  readonly why?: string;
  /** The result, where it is known already. */
  readonly result?: JsonObject;
  readonly subject?: string;
  /** What else it is found by, where it is accepted. */
  readonly marks?: readonly string[];
  readonly claim?: string;
  readonly details?: JsonObject;
  /** Something may follow its result until then. */
  readonly openUntil?: Date;
  /** Where it is ours to pass on: to whom. Then they decide how it is answered, and what comes of it (CHP-24). */
  readonly passOn?: Addressee;
}

/** Somebody to be asked. */
export interface Addressee {
  /** The id of the peer. */
  readonly peer: string;
  /** The party there. */
  readonly party: Party;
}

/** A request that our own systems want to make. */
export interface WantedRequest {
  readonly kind: RequestKind;
  readonly from: Party;
  readonly to: Party;
  readonly request: JsonObject;
}

/** What the service of a conversation module knows, beside how conversations go. */
export interface ConversationHooks {
  /** How a request of a peer is answered; throws a RoamgridError where OCPI wants an error (unknown Location: location.unknown). */
  judge(asked: AskedRequest): Promise<Judgement>;
  /** Completes a request of our own systems; throws a RoamgridError to refuse it. */
  complete(wanted: WantedRequest): Promise<{ readonly request: JsonObject; readonly openUntil?: Date }>;
  /** Of a module with notices: what one is about, and the requests that it follows, at the party that is asked. */
  subjectOf?(request: JsonObject, answering: Party): string;
}
