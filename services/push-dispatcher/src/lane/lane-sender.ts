import { isDeepStrictEqual } from 'node:util';
import { isSuccessful, retryAfterMillis, type OcpiAnswer, type OcpiClient } from '@roamgrid/ocpi-client';
import type { Clock, Fetched, Logger } from '@roamgrid/runtime';
import type { AttemptLog } from '../attempts/attempt-log';
import { KnownStates } from '../patch/known-states';
import { patchRequests } from '../patch/patch-requests';
import { attemptOf } from './attempt-of';
import { classify, type Outcome } from './classify';
import type { Parcel } from './lane-feed';
import { ownUrl, requestTo, type PushRequest } from './outgoing-request';

export interface LaneSenderOptions {
  readonly client: OcpiClient;
  readonly maxAnswerBytes: number;
  /** Nobody else can be sending to the peer; asked right before each request leaves. */
  readonly holds: () => boolean;
  readonly attempts: Pick<AttemptLog, 'add'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What came of sending an object. */
export interface Sent {
  readonly outcome: Outcome;
  /** The last answer; undefined when there was none. */
  readonly answer: OcpiAnswer | undefined;
}

/** Most bytes of objects known to be with a peer that wants PATCH; what is not known is sent whole. */
const KNOWN_BYTES = 64 * 1024 * 1024;
/** The peer does not have the method. */
const NO_METHOD = new Set([405, 501]);

/** Sends one object: whole, or to a peer with the quirk for it what changed since it last acknowledged the object. */
export class LaneSender {
  readonly #options: LaneSenderOptions;
  readonly #known = new KnownStates(KNOWN_BYTES);
  /** Modules whose PATCH the peer turned out not to have. */
  readonly #patchless = new Set<string>();

  constructor(options: LaneSenderOptions) {
    this.#options = options;
  }

  /** The peer may be another system by now: nothing is known of what it holds. */
  peerChanged(): void {
    this.#known.forgetAll();
    this.#patchless.clear();
  }

  /** One or more requests, one after the other; `whole` is the one that says everything. */
  async send(parcel: Parcel, object: Fetched, whole: PushRequest): Promise<Sent> {
    const { row, receiver } = parcel;
    const patches = receiver.quirks.push_method === 'patch' && whole.method === 'PUT';
    const known = this.#known.take(row._id);
    const usable = patches && !row.backlog && !this.#patchless.has(row.module) ? known : undefined;
    const parts = usable && patchRequests(receiver, object, usable);
    const sent = parts ? await this.#sendParts(parcel, object, { parts, whole }) : await this.#attempt(parcel, object, whole);
    if (patches && sent.outcome.kind === 'delivered') this.#known.remember(row._id, object.json);
    return sent;
  }

  /** TRN-28: after a PATCH that the peer does not take, a look at what it has; then the whole, unless it is there. */
  async #sendParts(
    parcel: Parcel,
    object: Fetched,
    { parts, whole }: { readonly parts: readonly PushRequest[]; readonly whole: PushRequest },
  ): Promise<Sent> {
    let sent: Sent | undefined;
    for (const part of parts) {
      sent = await this.#attempt(parcel, object, part);
      if (sent.outcome.kind !== 'delivered') break;
    }
    if (!sent || !isOfObject(sent.outcome)) return sent ?? this.#attempt(parcel, object, whole);
    this.#noteMethod(parcel, sent);
    const held = await this.#look(parcel, object);
    return held ?? this.#attempt(parcel, object, whole);
  }

  /** Delivered when the peer turns out to hold the present state; undefined otherwise. */
  async #look({ receiver }: Parcel, object: Fetched): Promise<Sent | undefined> {
    const { client, maxAnswerBytes } = this.#options;
    const request = { ...requestTo(receiver, object), url: ownUrl(receiver, object) };
    try {
      const answer = await client.call({ ...request, method: 'GET', maxBytes: maxAnswerBytes });
      const wanted: unknown = JSON.parse(object.json.toString('utf8'));
      const holds = isSuccessful(answer) && isDeepStrictEqual(answer.envelope?.data, wanted);
      return holds ? { outcome: { kind: 'delivered' }, answer } : undefined;
    } catch {
      return undefined; // whatever it has, the whole object says it all
    }
  }

  #noteMethod({ row, receiver }: Parcel, { answer }: Sent): void {
    if (!NO_METHOD.has(answer?.httpStatus ?? 0)) return;
    this.#patchless.add(row.module);
    const { logger } = this.#options;
    logger.warn({ peer: receiver.peer.id, module: row.module }, 'the peer has no PATCH of this module: PUT from now on');
  }

  /** One request, written down. */
  async #attempt(parcel: Parcel, object: Fetched, request: PushRequest): Promise<Sent> {
    const { attempts, clock } = this.#options;
    const begun = clock.now();
    const sent = await this.#call(parcel, request);
    attempts.add(attemptOf({ parcel, rev: object.rev, method: request.method }, sent, begun, clock.now()));
    return sent;
  }

  async #call({ receiver }: Parcel, request: PushRequest): Promise<Sent> {
    const { client, clock, holds, maxAnswerBytes } = this.#options;
    const accepted = { bare: receiver.quirks.bare_answers };
    try {
      const answer = await client.call({ ...request, maxBytes: maxAnswerBytes, still: holds });
      const retryAfter = retryAfterMillis(answer.headers['retry-after'], clock.now());
      return { outcome: classify(request.method, { answer, retryAfter }, accepted), answer };
    } catch (error) {
      return { outcome: classify(request.method, { error }), answer: undefined };
    }
  }
}

/** Whether it is this request that the peer does not take, and not the peer that fails. */
function isOfObject(outcome: Outcome): boolean {
  return outcome.kind === 'dead' || (outcome.kind === 'retry' && outcome.of === 'object');
}
