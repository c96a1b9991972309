import type { LocationJson } from './bench-data';
import { PEER_PARTY } from './bench-peer';

/** A new version of a Location: what a PUT carries. */
export interface FreshVersion {
  readonly id: string;
  readonly key: string;
  readonly lastUpdated: Date;
  readonly body: Buffer;
}

const PLACEHOLDER = '2000-01-01T00:00:00.000Z';
const FIRST = Date.UTC(2030, 0, 1);

/** Endless versions of the same Locations, in turn, each later than all before; they belong to the peer's party. */
export class FreshVersions {
  readonly #texts: readonly { readonly id: string; readonly before: string; readonly after: string }[];
  #taken = 0;

  constructor(locations: readonly LocationJson[]) {
    this.#texts = locations.map((location, i) => {
      const id = `BENCH-${i}`;
      const { last_updated: _, ...rest } = { ...location, ...PEER_PARTY, id };
      // Last in the text, so that no nested last_updated is taken for it.
      const text = JSON.stringify({ ...rest, last_updated: PLACEHOLDER });
      const at = text.lastIndexOf(PLACEHOLDER);
      return { id, before: text.slice(0, at), after: text.slice(at + PLACEHOLDER.length) };
    });
  }

  /** The next versions, made as they are taken. */
  *take(count: number): Generator<FreshVersion> {
    for (let i = 0; i < count; i += 1) {
      const text = this.#texts[this.#taken % this.#texts.length];
      if (!text) throw new Error('there are no Locations to write');
      const lastUpdated = new Date(FIRST + this.#taken * 1_000);
      this.#taken += 1;
      const body = Buffer.from(text.before + lastUpdated.toISOString() + text.after);
      yield { id: text.id, key: `${PEER_PARTY.country_code}*${PEER_PARTY.party_id}*${text.id}`, lastUpdated, body };
    }
  }
}
