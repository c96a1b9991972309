import { createHash } from 'node:crypto';
import { mongo } from 'mongoose';
import type { ObjectCollections, ObjectDocument, ObjectState, VersionDocument } from './object-document';
import { beginOf, isSameContent } from './object-versions';
import { isDuplicateKey, writeErrorsOf } from './store-error';

/** A version that arrived when a younger one was there already. */
export interface LateVersion {
  readonly key: string;
  readonly state: ObjectState;
}

/** What is replaced, where there is something, and by what. */
interface Change {
  readonly present: ObjectDocument | undefined;
  readonly next: ObjectDocument;
}

/** Whether a change leaves all as it is that the history of the module tells apart. */
export function isSameVersion({ state }: ObjectDocument, next: Pick<ObjectState, 'deleted' | 'part'>): boolean {
  return !state.deleted && !next.deleted && next.part !== undefined && next.part === state.part;
}

/** Keeps what was valid once. What is kept is committed and immutable, so keeping it twice does no harm. */
export class VersionArchive {
  readonly #versions: ObjectCollections['versions'];

  constructor({ versions }: ObjectCollections) {
    this.#versions = versions;
  }

  /** Keeps what is about to be replaced, its end included, unless what replaces it is the same version. */
  async keepSuperseded(changes: readonly Change[]): Promise<void> {
    const copies = changes.flatMap(({ present, next }) =>
      present && !isSameVersion(present, next.state) ? [copyOf(present, next)] : [],
    );
    await this.#insert(copies);
  }

  /** Keeps versions that arrived late, unless they are here. */
  async keepLate(late: readonly LateVersion[]): Promise<void> {
    if (late.length === 0) return;
    const known = await this.#versions
      .find({ $or: late.map(({ key, state }) => ({ key, begin: beginOf(state) })) }, { promoteBuffers: true })
      .toArray();
    const news = late.filter(({ key, state }) => !known.some((each) => each.key === key && isSameContent(each.state, state)));
    await this.#insert(news.map(({ key, state }) => ({ _id: `${key}/${nameOf(state)}`, key, begin: beginOf(state), state })));
  }

  async #insert(copies: VersionDocument[]): Promise<void> {
    if (copies.length === 0) return;
    await this.#versions.insertMany(copies, { ordered: false }).catch((error: unknown) => {
      const onlyDuplicates = error instanceof mongo.MongoBulkWriteError && writeErrorsOf(error).every(isDuplicateKey);
      if (!onlyDuplicates) throw error;
    });
  }
}

/** An end from which the object comes back does not count beyond what it comes back as. */
function copyOf({ _id, state }: ObjectDocument, next: ObjectDocument): VersionDocument {
  const [begin, nextBegin] = [beginOf(state), beginOf(next.state)];
  return { _id: `${_id}/${state.rev}`, key: _id, begin: state.deleted && nextBegin < begin ? nextBegin : begin, state };
}

/** The same for the same content, so that two who keep it at once keep it once. */
function nameOf({ lu, body }: ObjectState): string {
  const digest = createHash('sha256').update(Buffer.concat(Object.values(body))).digest('hex');
  return `${lu.getTime()}.${digest.slice(0, 16)}`;
}
