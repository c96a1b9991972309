import { hubClientInfo } from '@roamgrid/modules';
import { createLogger, RoamgridError, type ListReply, type Peer } from '@roamgrid/runtime';
import { ClientStatuses } from './client-statuses';
import { HubReader } from './hub-reader';

const hub = { id: 'hub', name: 'the hub', state: 'registered', roles: [{ role: 'HUB', country_code: 'NL', party_id: 'HUB' }] } as unknown as Peer;
const emsp = { id: 'emsp', name: 'emsp', state: 'registered', roles: [{ role: 'EMSP', country_code: 'NL', party_id: 'ABC' }] } as unknown as Peer;

class Service {
  version = 1;
  reads = 0;
  pages = 1;
  isAway = false;
  status = 'OFFLINE';
  origin = 'hub';
  peers: Peer[] = [hub, emsp];
  changes = 0;
  now = 0;
  readonly statuses = new ClientStatuses({ peer: (id) => this.peers.find((peer) => peer.id === id) });
  readonly reader = new HubReader({
    objects: { modules: [hubClientInfo], listAll: (_module, _version, _limit, place) => this.#page(place) },
    directory: { peers: () => this.peers },
    statuses: this.statuses,
    onChange: () => (this.changes += 1),
    clock: { now: () => this.now, sleep: (millis) => Promise.resolve(void (this.now += millis)) },
    logger: createLogger('hub-reader-test', 'silent'),
  });

  /** One reading. */
  async read(): Promise<string | undefined> {
    await this.reader.begin(new AbortController().signal);
    return this.statuses.holds({ peer: emsp, module: hubClientInfo });
  }

  #page({ known, after }: { readonly known?: string; readonly after?: { readonly created: number } }): Promise<ListReply> {
    if (this.isAway) return Promise.reject(new RoamgridError('unavailable', 'away'));
    this.reads += 1;
    const unchanged = known === String(this.version);
    const page = after?.created ?? 1;
    const object = { country_code: 'NL', party_id: page === this.pages ? 'ABC' : 'XXX', role: 'EMSP', status: this.status, last_updated: '2026-01-01T00:00:00Z' };
    const json = Buffer.from(unchanged ? '' : JSON.stringify([{ origin: this.origin, object }]));
    const next = page < this.pages ? { next: { created: page + 1, key: 'k' } } : {};
    return Promise.resolve({ json, count: 1, total: 1, version: String(this.version), unchanged, ...next });
  }
}

describe('reading what hubs say', () => {
  it('HCI-10 HCI-11 takes what has changed, and reads nothing again that has not', async () => {
    const service = new Service();
    expect(await service.read()).toMatch(/OFFLINE/);
    const before = service.changes;
    expect(await service.read()).toMatch(/OFFLINE/);
    expect(service.changes).toBe(before);
    service.status = 'CONNECTED';
    service.version = 2;
    expect(await service.read()).toBeUndefined();
    expect(service.changes).toBeGreaterThan(before);
  });

  it('reads all pages', async () => {
    const service = new Service();
    service.pages = 3;
    expect(await service.read()).toMatch(/OFFLINE/);
  });

  it('what we say ourselves, as a hub, holds nothing', async () => {
    const service = new Service();
    service.origin = 'own';
    expect(await service.read()).toBeUndefined();
  });

  it('asks nobody without a hub among the peers, and forgets what one said that has gone', async () => {
    const service = new Service();
    expect(await service.read()).toMatch(/OFFLINE/);
    const { reads, changes } = service;
    service.peers = [emsp];
    expect(await service.read()).toBeUndefined();
    expect([service.reads, service.changes]).toEqual([reads, changes + 1]);
    service.peers = [hub, emsp];
    expect(await service.read()).toMatch(/OFFLINE/);
  });

  it('gives up waiting for a service that stays away, in time', async () => {
    const service = new Service();
    service.isAway = true;
    expect(await service.read()).toBeUndefined();
    expect(service.now).toBe(10_000);
  });
});
