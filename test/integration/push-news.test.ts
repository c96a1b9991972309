import { systemClock } from '@roamgrid/runtime';
import { waitUntil } from '@roamgrid/testkit';
import { News, openNews } from '../../services/push-dispatcher/src/replicas/news';
import { logger, StoreStack } from './store-stack';

jest.setTimeout(60_000);

type Rows = Readonly<Record<string, readonly string[]>>;

/** A replica and what it has heard. */
interface Replica {
  readonly news: News;
  readonly heard: Rows[];
}

describe('what replicas of the push-dispatcher tell each other', () => {
  const stack = new StoreStack();
  const stop = new AbortController();
  const running: Promise<void>[] = [];
  let database: string;
  let alone = false;

  beforeAll(async () => {
    await stack.start();
    database = stack.database();
  });
  afterAll(async () => {
    stop.abort();
    await Promise.all(running);
    await stack.stop();
  });

  async function replica(id: string, uri?: string): Promise<Replica> {
    const heard: Rows[] = [];
    const connection = await stack.connect(database, uri);
    const onNews = (ids: ReadonlyMap<string, readonly string[]>): void => void heard.push(Object.fromEntries(ids));
    const news = new News({ news: await openNews(connection), id, alone: () => alone, onNews, clock: systemClock, logger });
    running.push(news.run(stop.signal));
    return { news, heard };
  }

  const until = (what: string, condition: () => boolean): Promise<void> => waitUntil(() => Promise.resolve(condition()), { what, timeoutMs: 20_000, intervalMs: 5 });
  const tell = ({ news }: Replica, rows: Rows): void => news.tell(new Map(Object.entries(rows)));
  const last = ({ heard }: Replica): Rows | undefined => heard.at(-1);

  it('comes to all others by peer, and not back; many rows go without their names; who is alone tells nothing', async () => {
    const [one, two, three] = [await replica('one'), await replica('two'), await replica('three')];
    tell(one, { p1: ['p1|locations|A', 'p1|tariffs|B'], p2: ['p2|locations|A'] });
    for (const other of [two, three]) {
      await until('it is heard', () => other.heard.length === 1);
      expect(last(other)).toEqual({ p1: ['p1|locations|A', 'p1|tariffs|B'], p2: ['p2|locations|A'] });
    }
    tell(two, { p1: Array.from({ length: 501 }, (_, i) => `p1|locations|${i}`) });
    await until('the other one is heard', () => one.heard.length === 1);
    expect(last(one)).toEqual({ p1: [] });
    alone = true;
    tell(one, { p3: ['p3|locations|A'] });
    alone = false;
    tell(one, { p4: ['p4|locations|A'] });
    await until('the next one is heard', () => last(two)?.['p4'] !== undefined);
    expect(two.heard.some((rows) => 'p3' in rows)).toBe(false);
    expect(one.heard).toHaveLength(1);
  });

  it('is heard again when the store was away', async () => {
    const [four, five] = [await replica('four'), await replica('five')];
    await stack.mongod.kill();
    await stack.mongod.whenReady();
    await until('it is heard again', () => (tell(four, { p5: ['p5|locations|A'] }), last(five)?.['p5'] !== undefined));
  });
});
