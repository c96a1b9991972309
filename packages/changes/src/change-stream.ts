import { setImmediate as turn } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import type { Clock } from '@roamgrid/runtime';
import type { ObjectCollections, ObjectDocument, ObjectState } from '@roamgrid/store';

/** A revision as the change stream tells it, with the token to resume behind it. */
export interface StreamedRevision {
  readonly key: string;
  readonly state: ObjectState;
  readonly token: mongo.ResumeToken;
  /** When it was written, epoch milliseconds by MongoDB's clock. */
  readonly at: number;
}

/** What is done with a stream. */
export interface RevisionHandling {
  /** Takes a batch; called one at a time; its failure ends the stream. */
  readonly handle: (batch: readonly StreamedRevision[]) => Promise<void>;
  /** The server has nothing more at the moment and every batch is handled: a place to resume behind. */
  readonly quiet?: (token: mongo.ResumeToken) => void;
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
 * at most a few hundred revisions wait in memory. After
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
  async follow(resumeAfter: mongo.ResumeToken, { handle, quiet }: RevisionHandling, signal: AbortSignal): Promise<void> {
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
      await Promise.all([this.#read(stream, quiet, ended.signal).finally(end), this.#hand(handle, ended.signal).finally(end)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #read(
    stream: mongo.ChangeStream<ObjectDocument, mongo.ChangeStreamDocument<ObjectDocument>>,
    quiet: RevisionHandling['quiet'],
    ended: AbortSignal,
  ): Promise<void> {
    while (!ended.aborted) {
      const change = await stream.tryNext();
      const revision = change && readRevision(change);
      if (revision) this.#buffer.push(revision);
      else if (!change && this.#buffer.length === 0 && !this.#handling) quiet?.(stream.resumeToken);
      this.#wake();
      // The cursor is not asked for more meanwhile: what comes gathers in the server.
      if (this.#handling || this.#buffer.length >= MAX_BUFFERED) await new Promise<void>((resolve) => (this.#room = resolve));
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
  const state = stateIn(change);
  if (!state || !('documentKey' in change)) return undefined;
  const { documentKey, _id: token, wallTime, clusterTime } = change;
  const seconds = clusterTime?.getHighBits() ?? 0;
  return { key: documentKey._id, state, token, at: wallTime?.getTime() ?? seconds * 1_000 };
}

function stateIn(change: mongo.ChangeStreamDocument<ObjectDocument>): ObjectState | undefined {
  if (change.operationType === 'insert' || change.operationType === 'replace') return change.fullDocument.state;
  return change.operationType === 'update' ? change.updateDescription.updatedFields?.state : undefined;
}
