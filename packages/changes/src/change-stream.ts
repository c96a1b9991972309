import { setImmediate as turn } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { Clock } from '@roamgrid/runtime';
import type { ObjectCollections, ObjectDocument, ObjectState } from '@roamgrid/store';

/** A revision as the change stream tells it, with the token to resume behind it. */
export interface StreamedRevision {
  readonly key: string;
  readonly state: ObjectState;
  readonly token: mongo.ResumeToken;
}

/** FailedToParse, InvalidResumeToken, ChangeStreamFatalError (the token is not in this oplog), ChangeStreamHistoryLost. */
const TOKEN_USELESS = new Set([9, 260, 280, 286]);
const MAX_BUFFERED = 500;
/** Longest time that revisions are gathered, milliseconds. */
const LONGEST_GATHERING = 20;

/**
 * The stream cannot go on behind this resume token, now or later: it has left the oplog, or is of another one, as after a
 * backup was restored. What happened meanwhile must be found by a scan.
 */
export function isHistoryLost(error: unknown): boolean {
  return TOKEN_USELESS.has(Number((error as { code?: unknown }).code));
}

/**
 * The change stream of a collection in batches: whatever has arrived while the batch before was handled comes together, and
 * at most a few hundred revisions wait in memory. `handle` is called one batch at a time; its failure ends the stream. After
 * a batch revisions gather for as long again as it took, so that a busy stream costs few messages; the first one after a
 * rest is handled at once.
 */
export class RevisionStream {
  readonly #collection: mongo.Collection<ObjectDocument>;
  readonly #clock: Clock;
  #buffer: StreamedRevision[] = [];
  #handling = false;
  #wake: () => void = () => undefined;
  #room: () => void = () => undefined;

  constructor(collections: Pick<ObjectCollections, 'objects'>, clock: Clock) {
    this.#collection = collections.objects;
    this.#clock = clock;
  }

  /** Follows until the signal ends; throws what the stream or the handler throws. */
  async follow(
    resumeAfter: mongo.ResumeToken,
    handle: (batch: readonly StreamedRevision[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const stream = this.#collection.watch<ObjectDocument, mongo.ChangeStreamDocument<ObjectDocument>>(
      [{ $match: { operationType: { $in: ['insert', 'update', 'replace'] } } }],
      { batchSize: MAX_BUFFERED, promoteBuffers: true, ...(resumeAfter !== undefined && { resumeAfter }) },
    );
    const ended = new AbortController();
    const end = (): void => {
      ended.abort();
      this.#wake();
      this.#room();
      void stream.close().catch(() => undefined); // it is being left: a failure to close it changes nothing
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      await Promise.all([this.#read(stream, ended.signal).finally(end), this.#hand(handle, ended.signal).finally(end)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #read(
    stream: mongo.ChangeStream<ObjectDocument, mongo.ChangeStreamDocument<ObjectDocument>>,
    ended: AbortSignal,
  ): Promise<void> {
    for await (const change of stream) {
      const revision = readRevision(change);
      if (revision) this.#buffer.push(revision);
      this.#wake();
      // The cursor is not asked for more meanwhile: what comes gathers in the server.
      if (this.#handling || this.#buffer.length >= MAX_BUFFERED) await new Promise<void>((resolve) => (this.#room = resolve));
      if (ended.aborted) return;
    }
  }

  async #hand(handle: (batch: readonly StreamedRevision[]) => Promise<void>, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      if (this.#buffer.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      await turn(); // what the server sent together stays together
      const batch = this.#buffer;
      this.#buffer = [];
      if (batch.length > 0 && !ended.aborted) await this.#handle(handle, batch, ended);
      this.#room();
    }
  }

  async #handle(
    handle: (batch: readonly StreamedRevision[]) => Promise<void>,
    batch: readonly StreamedRevision[],
    ended: AbortSignal,
  ): Promise<void> {
    this.#handling = true;
    const begun = this.#clock.now();
    await handle(batch);
    if (batch.length < MAX_BUFFERED) await this.#clock.sleep(Math.min(LONGEST_GATHERING, this.#clock.now() - begun), ended);
    this.#handling = false;
  }
}

/** An update carries the whole state because the store always sets it whole. */
function readRevision(change: mongo.ChangeStreamDocument<ObjectDocument>): StreamedRevision | undefined {
  if (change.operationType === 'insert' || change.operationType === 'replace') {
    return { key: change.documentKey._id, state: change.fullDocument.state, token: change._id };
  }
  if (change.operationType !== 'update') return undefined;
  const state = change.updateDescription.updatedFields?.state;
  return state && { key: change.documentKey._id, state, token: change._id };
}
