import { EventEmitter } from 'node:events';
import type { ClientInfo } from '@roamgrid/modules';
import { createLogger, type Peer, type PeerDirectory } from '@roamgrid/runtime';
import { clientKey, type Client } from './changed-statuses';
import { ClientWatch } from './client-watch';

const config = { look: 5_000, silence: 300_000, recheck: 60_000, timeout: 10_000 };

class Hub {
  now = 0;
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly deaf = new Set<string>();
  readonly failing = new Set<string>();
  readonly infos = new Map<string, ClientInfo>();
  peers: Peer[] = [];
  roles = ['HUB'];
  readonly watch = this.newWatch();

  newWatch(): ClientWatch {
    const parties = (): unknown[] => this.roles.map((role) => ({ role, country_code: 'NL', party_id: 'HUB' }));
    const directory = Object.assign(new EventEmitter(), { complete: true, peers: () => this.peers });
    Object.defineProperty(directory, 'platform', { get: () => ({ parties: parties() }) });
    return new ClientWatch({
      directory: directory as unknown as PeerDirectory,
      reports: { read: () => Promise.resolve((id: string) => ({ failing: this.failing.has(id), successes: 0 })) },
      infos: { all: () => Promise.resolve(new Map(this.infos)), say: (_roles, client) => this.#say(client) },
      answers: ({ id }) => {
        this.asked.push(id);
        return Promise.resolve(!this.deaf.has(id));
      },
      config,
      clock: { now: () => this.now, sleep: () => Promise.resolve() },
      logger: createLogger('hub-client-info-test', 'silent'),
    });
  }

  register(id: string, role = 'CPO'): void {
    this.peers.push({ id, state: 'registered', roles: [{ country_code: 'NL', party_id: id, role }] } as unknown as Peer);
  }

  /** Two looks after so many milliseconds: what the first asked is known at the second. */
  async after(millis: number, watch = this.watch): Promise<string[]> {
    this.now += millis;
    this.said.length = 0;
    await watch.look();
    await new Promise(setImmediate);
    await watch.look();
    return [...this.said];
  }

  #say(client: Client): Promise<void> {
    this.said.push(`${client.party_id} ${client.status}`);
    this.infos.set(clientKey(client), { ...client, last_updated: new Date(this.now).toISOString() });
    return Promise.resolve();
  }
}

describe('the watch of a hub over its clients', () => {
  it('HCI-14 says OFFLINE of a silent client that does not answer, and CONNECTED with its next answer', async () => {
    const hub = new Hub();
    hub.register('ABC');
    hub.register('DEF');
    expect(await hub.after(0)).toEqual(['ABC CONNECTED', 'DEF CONNECTED']);
    hub.deaf.add('ABC');
    expect(await hub.after(299_000)).toEqual([]);
    expect(hub.asked).toEqual([]);
    expect(await hub.after(1_000)).toEqual(['ABC OFFLINE']);
    expect(hub.asked).toEqual(['ABC', 'DEF']);
    hub.deaf.clear();
    expect(await hub.after(60_000)).toEqual(['ABC CONNECTED']);
  });

  it('HCI-08 says OFFLINE of a client whose messages fail', async () => {
    const hub = new Hub();
    hub.register('ABC');
    await hub.after(0);
    hub.failing.add('ABC');
    expect(await hub.after(5_000)).toEqual(['ABC OFFLINE']);
    hub.failing.clear();
    expect(await hub.after(5_000)).toEqual(['ABC CONNECTED']);
  });

  it('another replica that takes over asks an offline client before it says anything else', async () => {
    const hub = new Hub();
    hub.register('ABC');
    hub.deaf.add('ABC');
    await hub.after(0);
    await hub.after(300_000);
    const taken = hub.newWatch();
    expect(await hub.after(1_000, taken)).toEqual([]);
    hub.deaf.clear();
    expect(await hub.after(60_000, taken)).toEqual(['ABC CONNECTED']);
  });

  it('HCI-07 a client that has gone is suspended', async () => {
    const hub = new Hub();
    hub.register('ABC');
    await hub.after(0);
    hub.peers = [];
    expect(await hub.after(1)).toEqual(['ABC SUSPENDED']);
  });

  it('says and asks nothing on a platform that is no hub', async () => {
    const hub = new Hub();
    hub.roles = ['CPO'];
    hub.register('ABC', 'EMSP');
    expect([await hub.after(900_000), hub.asked]).toEqual([[], []]);
  });
});
