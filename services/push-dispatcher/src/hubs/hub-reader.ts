import { hubClientInfo, type ClientInfo } from '@roamgrid/modules';
import { messageOf, OWN, type Clock, type Logger, type PeerDirectory, type Position } from '@roamgrid/runtime';
import type { ObjectsByModule } from '../objects-by-module';
import { isHub, type ClientStatuses, type SaidStatus } from './client-statuses';

export interface HubReaderOptions {
  readonly objects: Pick<ObjectsByModule, 'listAll' | 'modules'>;
  readonly directory: Pick<PeerDirectory, 'peers'>;
  readonly statuses: ClientStatuses;
  /** Called when something else is said than before. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a hub says holds here this much later at the latest, milliseconds. */
const LOOK = 1_000;
/** How long nothing is sent after a start because it is not known yet what hubs say. */
const PATIENCE = 10_000;
const PAGE = 500;
const VERSION = '2.2.1';

interface Described {
  readonly origin: string;
  readonly object: ClientInfo;
}

/**
 * Reads what hubs say of their clients from the service that keeps it, again whenever it has changed. Without a hub among the
 * peers, nothing is read. Every replica reads, since each holds lanes of its own.
 */
export class HubReader {
  readonly #options: HubReaderOptions;
  /** Of what was read last, and of whom. */
  #version: string | undefined;
  #hubs = '';

  constructor(options: HubReaderOptions) {
    this.#options = options;
  }

  /** Resolves once it is known what hubs say, or after a while without an answer; never rejects. */
  async begin(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    const until = clock.now() + PATIENCE;
    while (!signal.aborted && !(await this.#attempt())) {
      if (clock.now() >= until) return logger.error('not known what hubs say of their clients: sending to all until it is');
      await clock.sleep(LOOK, signal);
    }
  }

  /** Reads again and again until the signal ends; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#options.clock.sleep(LOOK, signal);
      if (!signal.aborted) await this.#attempt();
    }
  }

  async #attempt(): Promise<boolean> {
    try {
      const hubs = this.#options.directory.peers().filter(isHub).map(({ id }) => id);
      if (hubs.length > 0) await this.#read();
      else this.#forget();
      if (hubs.join() !== this.#hubs) this.#options.onChange(); // what a hub says counts only while it is here
      this.#hubs = hubs.join();
      return true;
    } catch (error) {
      this.#options.logger.warn({ reason: messageOf(error) }, 'what hubs say of their clients is not read');
      return false;
    }
  }

  async #read(): Promise<void> {
    const { objects, statuses, onChange } = this.#options;
    if (!objects.modules.includes(hubClientInfo)) return;
    const said: SaidStatus[] = [];
    let version: string | undefined;
    let after: Position | undefined;
    do {
      const known = after === undefined && this.#version !== undefined ? { known: this.#version } : {};
      const page = await objects.listAll(hubClientInfo, VERSION, PAGE, { ...(after && { after }), ...known });
      if (page.unchanged) return;
      version ??= page.version;
      said.push(...(JSON.parse(page.json.toString()) as Described[]).flatMap(saidStatus));
      after = page.next;
    } while (after);
    statuses.take(said);
    this.#version = version;
    onChange();
  }

  #forget(): void {
    this.#version = undefined;
    this.#options.statuses.take([]);
  }
}

/** What we say ourselves holds nothing: it follows from how the sending goes. */
function saidStatus({ origin, object }: Described): SaidStatus[] {
  const { country_code, party_id, role, status, last_updated } = object;
  return origin === OWN ? [] : [{ country_code, party_id, role, status, lastUpdated: Date.parse(last_updated), origin }];
}
