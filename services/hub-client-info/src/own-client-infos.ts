import { hubClientInfo, type ClientInfo, type OcpiVersion } from '@roamgrid/modules';
import { ObjectWrites } from '@roamgrid/object-service';
import { OWN, type Caller, type Clock } from '@roamgrid/runtime';
import { versionField, type ObjectStore, type PageRequest } from '@roamgrid/store';
import { clientKey, type Client } from './changed-statuses';

const VERSION: OcpiVersion = '2.2.1';
const PAGE = 500;

/** What our hub says of its clients: written through the same path as everything else. */
export class OwnClientInfos {
  readonly #store: ObjectStore;
  readonly #writes: ObjectWrites;
  readonly #clock: Clock;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#writes = new ObjectWrites(hubClientInfo, store);
    this.#clock = clock;
  }

  /** All that is said at present, by what tells clients apart. */
  async all(): Promise<Map<string, ClientInfo>> {
    const all = new Map<string, ClientInfo>();
    let after: PageRequest['after'];
    do {
      const page = await this.#store.page({
        ...{ origin: OWN, owners: [], offset: 0, limit: PAGE, knownTotal: 0, field: versionField(VERSION) },
        ...(after && { after }),
      });
      for (const { json } of page.objects) {
        const info = JSON.parse(json.toString()) as ClientInfo;
        all.set(clientKey(info), info);
      }
      const last = page.more ? page.objects.at(-1)?.about() : undefined;
      after = last && { created: last.created, key: last._id };
    } while (after);
    return all;
  }

  /** Says something else of a client. `before`: what was said; what is said now is never older. */
  async say(roles: Caller['roles'], client: Client, before: ClientInfo | undefined): Promise<void> {
    const { country_code, party_id, role, status } = client;
    const now = Math.max(this.#clock.now(), before ? Date.parse(before.last_updated) : 0);
    const info: ClientInfo = { country_code, party_id, role, status, last_updated: new Date(now).toISOString() };
    const path = { party: { country_code, party_id }, ids: [role], nested: [] };
    await this.#writes.put({ origin: OWN, roles }, VERSION, path, Buffer.from(JSON.stringify(info)));
  }
}
