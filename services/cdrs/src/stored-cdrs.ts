import type { CDR } from '@roamgrid/modules';
import { objectKey, type Party } from '@roamgrid/ocpi';
import { bodyOf, versionField, type ObjectStore } from '@roamgrid/store';

/** The CDRs that are here. */
export class StoredCdrs {
  readonly #store: Pick<ObjectStore, 'readMany'>;

  constructor(store: Pick<ObjectStore, 'readMany'>) {
    this.#store = store;
  }

  /** The CDR of this party and id that came from `origin`; undefined when there is none. */
  async find(origin: string, party: Party, id: string): Promise<CDR | undefined> {
    const [document] = await this.#store.readMany([objectKey(party, id)]);
    const bytes = document?.origin === origin ? bodyOf(document.state, versionField('2.2.1')) : undefined;
    return bytes && (JSON.parse(bytes.toString()) as CDR);
  }
}
