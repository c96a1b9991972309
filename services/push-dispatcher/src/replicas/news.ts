import type { Connection, mongo } from 'mongoose';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';

/** That rows were written, by one replica for lanes of others. */
export interface NewsDocument {
  /** The replica that tells it. */
  readonly from: string;
  /** Whose rows they are. */
  readonly peers: readonly string[];
  /** Ids of the rows; empty: they are too many. */
  readonly rows: readonly string[];
}

export interface NewsOptions {
  readonly news: mongo.Collection<NewsDocument>;
  /** This replica. */
  readonly id: string;
  /** Nobody else is there to be told. */
  readonly alone: () => boolean;
  /** Called with rows that others have written, by peer; without ids where they are too many. */
  readonly onNews: (ids: ReadonlyMap<string, readonly string[]>) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Rows that are named; of more only the peers are. */
const MOST_ROWS = 500;
const BYTES = 1024 * 1024;
const MOST_NEWS = 1_000;
/** Longest wait for news at once: so late is the end of the signal noticed. */
const AWAIT = 500;
const PAUSE = 500;

/**
 * Tells the other replicas at once of rows that are for lanes of theirs. It goes by a collection of a fixed size that all of them
 * read on and on. Nothing depends on it: what is missed here is found when a lane looks for itself.
 */
export class News {
  readonly #options: NewsOptions;

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  /** Tells of rows, by peer; returns at once, never throws. */
  tell(ids: ReadonlyMap<string, readonly string[]>): void {
    const { news, id, alone, logger } = this.#options;
    if (ids.size === 0 || alone()) return;
    const rows = [...ids.values()].flat();
    const told = { from: id, peers: [...ids.keys()], rows: rows.length > MOST_ROWS ? [] : rows };
    news.insertOne(told, { writeConcern: { w: 1, j: false } }).catch((error: unknown) => {
      logger.debug({ reason: messageOf(error) }, 'other replicas are not told of rows, and find them later');
    });
  }

  /** Hears what others tell until the signal ends; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (error) {
        if (!signal.aborted) logger.warn({ reason: messageOf(error) }, 'what other replicas tell is not heard');
      }
      await clock.sleep(PAUSE, signal);
    }
  }

  /** What was told before is heard again: that costs a look, and harms nobody. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { news, id, onNews } = this.#options;
    await news.insertOne({ from: id, peers: [], rows: [] }); // on an empty collection a cursor would end at once
    const cursor = news.find({ from: { $ne: id }, 'peers.0': { $exists: true } }, { tailable: true, awaitData: true, maxAwaitTimeMS: AWAIT });
    try {
      while (!signal.aborted) {
        const told = await cursor.tryNext(); // a cursor that is closed while it waits goes round for ever in the driver's next()
        if (told) onNews(byPeer(told));
      }
    } finally {
      await cursor.close();
    }
  }
}

function byPeer({ peers, rows }: NewsDocument): ReadonlyMap<string, readonly string[]> {
  const ids = new Map(peers.map((peer): [string, string[]] => [peer, []]));
  for (const row of rows) ids.get(row.slice(0, row.indexOf('|')))?.push(row);
  return ids;
}

/** Makes sure that the collection exists. */
export async function openNews(connection: Connection): Promise<mongo.Collection<NewsDocument>> {
  const name = 'dispatcher_news';
  try {
    await connection.createCollection(name, { capped: true, size: BYTES, max: MOST_NEWS });
  } catch (error) {
    if ((error as { codeName?: string }).codeName !== 'NamespaceExists') throw error;
  }
  return connection.collection(name) as unknown as mongo.Collection<NewsDocument>;
}
