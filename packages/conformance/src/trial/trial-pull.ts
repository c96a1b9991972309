import { schemaAt, type CredentialsRole } from '@roamgrid/modules';
import { formatOcpiDateTime, Header, parseNextLink, parseOcpiDateTime, partyKey, type Party } from '@roamgrid/ocpi';
import { isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient } from '../http/platform-client';
import type { TrialObjects } from './trial-objects';
import type { TrialPlatform } from './trial-platform';
import { outgoing } from './trial-push';

/** Where a list is pulled from. */
export interface PullSource {
  readonly token: string;
  /** Sends the token as it is. */
  readonly raw: boolean;
  readonly url: string;
  readonly roles: readonly CredentialsRole[];
}

const OVERLAP = 600_000;
const ATTEMPTS = 3;

/** The trial platform’s pulling of one module from one peer: one crawl after another. */
export class TrialPull {
  readonly #objects: TrialObjects;
  readonly #platform: TrialPlatform;
  readonly #source: PullSource;
  #watermark = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(objects: TrialObjects, platform: TrialPlatform, source: PullSource) {
    this.#objects = objects;
    this.#platform = platform;
    this.#source = source;
  }

  /** Begins a crawl once the one before has ended. */
  start(full: boolean): void {
    this.#running = this.#running.then(() => this.#crawl(full, true)).catch(() => undefined);
  }

  async #crawl(full: boolean, again: boolean): Promise<void> {
    const seen = new Set<string>();
    const { totals, failed } = await this.#walk(full, seen);
    const shrunk = totals.some((total, index) => total < (totals[index - 1] ?? 0));
    if (this.#sweeps(full, full && !failed && !shrunk && totals.at(-1) === seen.size)) this.#sweep(seen);
    const repeats = shrunk && again && !this.#platform.defects.has('shrinking lists go unnoticed');
    if (repeats) await this.#crawl(full, false);
  }

  /** From page to page; what X-Total-Count said of each, and whether one could not be had. */
  async #walk(full: boolean, seen: Set<string>): Promise<{ readonly totals: number[]; readonly failed: boolean }> {
    const totals: number[] = [];
    for (let url: string | undefined = this.#firstUrl(full); url !== undefined; ) {
      const page: Answer | undefined = await this.#page(url);
      if (!page) return { totals, failed: true };
      for (const object of listField(page.data)) this.#take(object, seen);
      totals.push(Number(page.header(Header.TotalCount.toLowerCase())));
      const stamped = this.#platform.defects.has('the timestamp is the watermark');
      if (stamped) this.#watermark = Date.parse(String(page.timestamp));
      url = parseNextLink(page.header('link'));
    }
    return { totals, failed: false };
  }

  #sweeps(full: boolean, whole: boolean): boolean {
    const { defects } = this.#platform;
    const careless = defects.has('sweeps whatever happened') || (!full && defects.has('deltas sweep'));
    return (whole || careless) && !defects.has('nothing is swept');
  }

  #firstUrl(full: boolean): string {
    const { url } = this.#source;
    const until = this.#platform.defects.has('pulls with date_to') ? '&date_to=2099-01-01T00:00:00Z' : '';
    const everything = this.#objects.module.id === 'sessions' ? '&date_from=2000-01-01T00:00:00Z' : '';
    const from = full ? everything : `&date_from=${formatOcpiDateTime(this.#watermark - OVERLAP)}`;
    return `${url}?limit=100${from}${until}`;
  }

  /** A page; undefined when it could not be had. */
  async #page(url: string): Promise<Answer | undefined> {
    const { token, raw } = this.#source;
    const attempts = this.#platform.defects.has('sweeps whatever happened') ? 1 : ATTEMPTS;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const answer = await new PlatformClient(token).call('GET', url, outgoing(this.#platform, token, raw));
      if (answer.http === 200 && answer.statusCode === 1000) return answer;
    }
    return undefined;
  }

  #take(object: unknown, seen: Set<string>): void {
    const { defects } = this.#platform;
    const [owner] = this.#owners();
    if (!isJsonObject(object) || !owner) return;
    const verdict = schemaAt(this.#objects.module, '2.2.1').put.received(object);
    const mine = this.#owners().some((party) => partyKey(party) === partyKey(object as unknown as Party));
    const { audience } = this.#objects.module;
    const ours = this.#platform.roles.map(partyKey);
    const isForUs = !audience || !verdict.ok || audience(object).some((party) => ours.includes(partyKey(party)));
    if (!verdict.ok || !isForUs || (!mine && !defects.has('foreign objects are imported'))) return;
    seen.add(idOf(object));
    this.#objects.take(mine ? object : { ...object, ...owner });
    this.#watermark = Math.max(this.#watermark, parseOcpiDateTime(textField(object, 'last_updated') ?? '') ?? 0);
  }

  #sweep(seen: ReadonlySet<string>): void {
    const { deletable, vanished } = this.#objects.module;
    for (const object of this.#owners().flatMap((owner) => this.#objects.receivedOf(owner))) {
      if (seen.has(idOf(object))) continue;
      if (deletable || this.#platform.defects.has('vanished Tokens are deleted')) this.#objects.drop(object);
      else if (vanished) this.#objects.take({ ...object, [vanished.field]: vanished.value });
    }
  }

  #owners(): Party[] {
    return this.#source.roles
      .filter(({ role }) => role === this.#objects.module.owner)
      .map(({ country_code, party_id }) => ({ country_code, party_id }));
  }
}

function idOf(object: JsonObject): string {
  return String(object['id'] ?? object['uid']);
}
