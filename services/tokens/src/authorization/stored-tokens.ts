import type { Token } from '@roamgrid/modules';
import { objectKey, type Party } from '@roamgrid/ocpi';
import { OWN } from '@roamgrid/runtime';
import { bodyOf, versionField, type ObjectStore } from '@roamgrid/store';

/** A Token of a peer as it is stored here. */
export interface KnownToken {
  readonly token: Token;
  /** The peer that it came from, or own. */
  readonly origin: string;
}

const FIELD = versionField('2.2.1');

/** Tokens by what a reader of cards sees: uid and type (TOK-04). */
export class StoredTokens {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Those of our own parties, in the order of the parties. */
  async own(parties: readonly Party[], ids: readonly string[]): Promise<Token[]> {
    const known = await this.known(parties, ids);
    return known.filter(({ origin }) => origin === OWN).map(({ token }) => token);
  }

  /** Those of these parties, own and received, ordered by party, so that everybody finds the same one first (TOK-36). */
  async known(parties: readonly Party[], ids: readonly string[]): Promise<KnownToken[]> {
    const keys = [...new Set(parties.map((party) => objectKey(party, ...ids)))];
    const documents = await this.#store.readMany(keys);
    return documents
      .sort((one, other) => (one._id < other._id ? -1 : 1))
      .flatMap(({ origin, state }) => {
        const bytes = state.deleted ? undefined : bodyOf(state, FIELD);
        return bytes ? [{ origin, token: JSON.parse(bytes.toString()) as Token }] : [];
      });
  }
}
