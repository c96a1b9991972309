import { HandshakePeer, sendEnvelope, type Answer } from '@roamgrid/testkit';

import { objectsOf, PlatformStack, type RunningPlatform } from './platform-stack';

const COUNT = 60;
const PAGE = 5;
const BEGIN = Date.UTC(2026, 0, 1);

interface Listed {
  readonly id: string;
  readonly revision: number;
}

/** A CPO that pushes its tariffs while they are being pulled from it. */
class PushingCpo {
  /** What it has, by id; an object that it deleted is gone. */
  readonly tariffs = new Map<string, Listed>();
  /** Whether one object of each page is deleted while the page travels. */
  deletes = false;
  readonly #pushes: Promise<void>[] = [];
  #token = '';

  private constructor(
    readonly platform: RunningPlatform,
    readonly peer: HandshakePeer,
  ) {}

  static async register(platform: RunningPlatform): Promise<{ cpo: PushingCpo; id: string }> {
    const peer = await HandshakePeer.start('PUS', 'PUS');
    peer.endpoints = [
      { identifier: 'credentials', role: 'SENDER' },
      { identifier: 'tariffs', role: 'SENDER' },
    ];
    const cpo = new PushingCpo(platform, peer);
    for (let i = 0; i < COUNT; i += 1) cpo.tariffs.set(`T${i}`, { id: `T${i}`, revision: 1 });
    peer.answer = cpo.#answer;
    const { token, peer: invited } = await platform.api.invite('PUS');
    cpo.#token = token;
    const registered = await cpo.#call('POST', 'credentials', peer.credentials());
    cpo.#token = ((await registered.json()) as { data: { token: string } }).data.token;
    return { cpo, id: invited.id };
  }

  /** Resolves when all pushes so far are answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#pushes);
  }

  /**
   * Of each page every object changes about the time at which the page travels: one kind is pushed, and acknowledged, between
   * the making of the page and its sending, one just when it is sent, one is deleted, one is in a page newer than any push.
   */
  readonly #answer: Answer = async (call, response) => {
    const url = new URL(call.path, this.peer.base);
    if (url.pathname !== '/2.2.1/tariffs') return false;
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const ids = Array.from({ length: PAGE }, (_, i) => `T${offset + i}`);
    const page = ids.flatMap((id) => this.#body(id) ?? []);
    const [first = '', second = '', third = '', fourth = ''] = ids;
    await this.#push(first);
    if (this.deletes && this.tariffs.delete(second)) await this.#delete(second);
    this.#pushes.push(this.#push(third), this.#push(fourth).then(() => this.#push(fourth)));
    if (offset + PAGE < COUNT) response.setHeader('link', `<${this.peer.base}/2.2.1/tariffs?offset=${offset + PAGE}>; rel="next"`);
    sendEnvelope(response, 200, { status_code: 1000, data: page });
    return true;
  };

  async #push(id: string): Promise<void> {
    const before = this.tariffs.get(id);
    if (!before) return;
    this.tariffs.set(id, { id, revision: before.revision + 1 });
    const answer = await this.#call('PUT', `receiver/tariffs/DE/PUS/${id}`, this.#body(id));
    if (!answer.ok) throw new Error(await answer.text());
  }

  async #delete(id: string): Promise<void> {
    const answer = await this.#call('DELETE', `receiver/tariffs/DE/PUS/${id}`);
    if (!answer.ok) throw new Error(await answer.text());
  }

  #body(id: string): Record<string, unknown> | undefined {
    const tariff = this.tariffs.get(id);
    return (
      tariff && {
        ...{ country_code: 'DE', party_id: 'PUS', id, currency: 'EUR' },
        elements: [{ price_components: [{ type: 'ENERGY', price: tariff.revision, vat: 21, step_size: 1 }] }],
        last_updated: new Date(BEGIN + tariff.revision * 1_000).toISOString(),
      }
    );
  }

  /** What is to be found at the platform in the end: prices by id. */
  prices(): Map<string, number> {
    return new Map([...this.tariffs.values()].map(({ id, revision }) => [id, revision]));
  }

  #call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.platform.gatewayUrl}/ocpi/2.2.1/${path}`, {
      method,
      headers: { authorization: `Token ${Buffer.from(this.#token).toString('base64')}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

describe('push and pull of the same objects', () => {
  const stack = new PlatformStack();
  let platform: RunningPlatform;

  beforeAll(async () => {
    await stack.startParts();
    platform = await stack.platform({
      name: 'meets',
      parties: [{ country_code: 'NL', party_id: 'RGE', roles: ['EMSP'], name: 'Roamgrid Drive' }],
      without: ['charging-profiles', 'commands', 'hub-client-info', 'locations', 'sessions', 'cdrs', 'tokens', 'push-dispatcher'],
      pull: { delta: 3_600_000, full: 3_600_000 },
    });
  });

  afterAll(() => stack.stop());

  interface PulledTariff {
    readonly id: string;
    readonly elements: readonly { readonly price_components: readonly { readonly price: number }[] }[];
  }

  it('agree: an object that is pushed while it is being pulled ends at its newest state, one that is deleted stays deleted', async () => {
    const { cpo, id } = await PushingCpo.register(platform);
    for (const crawl of [1, 2, 3]) {
      cpo.deletes = crawl > 1;
      if (crawl > 1) await platform.api.call('POST', `/v1/peers/${id}/pull`, { module: 'tariffs', full: true });
      await expect(fullCrawls(id, crawl)).resolves.toBe(crawl);
      await cpo.settled();
      const found = await objectsOf(platform, 'tariffs');
      const prices = new Map([...found.values()].map((tariff) => {
        const { id: name, elements } = tariff as PulledTariff;
        return [name, elements[0]?.price_components[0]?.price];
      }));
      expect(Object.fromEntries([...prices].sort())).toEqual(Object.fromEntries([...cpo.prices()].sort()));
    }
    expect(cpo.tariffs.size).toBe(COUNT - COUNT / PAGE);
    await cpo.peer.stop();
  });

  /** Waits for so many full crawls. */
  async function fullCrawls(id: string, count: number): Promise<number> {
    const done = async (): Promise<number> => {
      const { peers } = await platform.api.status();
      return peers.find((peer) => peer.id === id)?.modules['tariffs']?.pull?.full_crawls ?? 0;
    };
    let found = await done();
    while (found < count) found = await new Promise<void>((resolve) => setTimeout(resolve, 50)).then(done);
    return found;
  }
});
