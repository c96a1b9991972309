import { createHash, randomBytes } from 'node:crypto';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import { CONFIGURED, type ApiKey, type Right } from './api-key';
import type { KeyDocument } from './key-document';
import type { KeyRecords } from './key-records';

/** What a new key may do; `parties` and `modules` absent: all. */
export interface KeyGrant {
  readonly name: string;
  readonly rights: readonly Right[];
  readonly parties?: readonly string[];
  readonly modules?: readonly string[];
}

export interface KeyRingOptions {
  /** Keys of the configuration by the hash of each; they cannot be revoked here. */
  readonly configured: ReadonlyMap<string, ApiKey>;
  readonly records: KeyRecords;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

/** How often the news of other replicas are read, milliseconds: by then a key that was revoked there is closed here. */
export const NEWS_INTERVAL = 1_000;
/** Writes of replicas can become visible a little out of order. */
const OVERLAP = 10_000;
/** An unknown key makes us look for news at most this often, milliseconds. */
const LOOK_AGAIN = 250;
const MINUTE = 60_000;
const MADE_HERE = /^rgk_[\w-]{43}$/;

/**
 * The keys that open the API, in memory: a call costs one look-up. Keys that are made or revoked here count at once, those
 * of other replicas within about a second. While MongoDB is away the keys known last go on to hold.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #open = new Map<string, ApiKey>();
  /** Keys used since the last note, and the minute of it. */
  readonly #used = new Map<string, Date>();
  /** The minute that was noted last. */
  readonly #noted = new Map<string, number>();
  readonly #ids = new Set<string>();
  #newest = new Date(0);
  #looking: Promise<void> | undefined;
  #looked = -Infinity;

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /** Reads all keys. Throws unavailable. */
  async load(): Promise<void> {
    for (const key of await this.#options.records.list()) this.#take(key);
  }

  /** Follows what other replicas do, and notes what was used, until the signal ends. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await clock.sleep(NEWS_INTERVAL, signal);
      await this.#look();
      await this.#noteUse();
      if (signal.aborted) return;
    }
  }

  /** The key that a caller presents; undefined for one that is unknown or revoked. */
  async find(presented: string): Promise<ApiKey | undefined> {
    const hash = hashOf(presented);
    const known = this.#byHash(hash);
    if (known) return this.#use(known);
    if (!MADE_HERE.test(presented) || this.#options.clock.now() - this.#looked < LOOK_AGAIN) return undefined;
    await this.#look(); // it may be one that another replica made just now
    const found = this.#byHash(hash);
    return found && this.#use(found);
  }

  /** Whether a key that was found before still opens anything. */
  holds({ id }: ApiKey): boolean {
    return id.startsWith(CONFIGURED) || this.#ids.has(id);
  }

  /** All keys that are kept, revoked ones too. */
  list(): Promise<KeyDocument[]> {
    return this.#options.records.list();
  }

  /** Makes a key. It is told this once: only its hash is kept. */
  async create(grant: KeyGrant, createdBy: string): Promise<{ readonly key: string; readonly document: KeyDocument }> {
    const key = `rgk_${randomBytes(32).toString('base64url')}`;
    const document = await this.#options.records.add({
      _id: this.#options.newId(),
      name: grant.name,
      hash: hashOf(key),
      rights: grant.rights,
      parties: grant.parties ?? null,
      modules: grant.modules ?? null,
      createdBy,
    });
    this.#take(document);
    return { key, document };
  }

  /** Ends a key; undefined when there is none of that id. */
  async revoke(id: string): Promise<KeyDocument | undefined> {
    const document = await this.#options.records.revoke(id);
    if (document) this.#take(document);
    return document;
  }

  #byHash(hash: string): ApiKey | undefined {
    return this.#options.configured.get(hash) ?? this.#open.get(hash);
  }

  #use(key: ApiKey): ApiKey {
    const now = this.#options.clock.now();
    const minute = new Date(now - (now % MINUTE));
    if (!key.id.startsWith(CONFIGURED)) this.#used.set(key.id, minute);
    return key;
  }

  #take(document: KeyDocument): void {
    const { _id: id, hash, name, rights, parties, modules, revoked, changed } = document;
    if (changed > this.#newest) this.#newest = changed;
    if (revoked) {
      this.#open.delete(hash);
      this.#ids.delete(id);
      return;
    }
    if (this.#open.has(hash)) return;
    this.#ids.add(id);
    this.#open.set(hash, {
      ...{ id, name, rights: new Set(rights) },
      ...(parties && { parties: new Set(parties) }),
      ...(modules && { modules: new Set(modules) }),
    });
  }

  /** Reads what changed; all who ask meanwhile share one reading. */
  #look(): Promise<void> {
    this.#looked = this.#options.clock.now();
    return (this.#looking ??= this.#readNews().finally(() => (this.#looking = undefined)));
  }

  async #readNews(): Promise<void> {
    try {
      const since = new Date(this.#newest.getTime() - OVERLAP);
      for (const key of await this.#options.records.changedSince(since)) this.#take(key);
    } catch (error) {
      this.#options.logger.warn({ reason: messageOf(error) }, 'API keys not read again, those known go on to hold');
    }
  }

  /** To the minute, so that a busy key costs one write a minute. */
  async #noteUse(): Promise<void> {
    const news = new Map([...this.#used].filter(([id, at]) => this.#noted.get(id) !== at.getTime()));
    this.#used.clear();
    for (const [id, at] of news) this.#noted.set(id, at.getTime());
    await this.#options.records.noteUse(news).catch((error: unknown) => {
      this.#options.logger.warn({ reason: messageOf(error) }, 'use of API keys not noted');
    });
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
