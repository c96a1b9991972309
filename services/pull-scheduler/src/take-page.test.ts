import { locations } from '@roamgrid/modules';
import { noQuirks, type Quirks } from '@roamgrid/ocpi';
import type { PutManyRequest } from '@roamgrid/runtime';
import type { CrawlContext } from './crawl-context';
import type { Crawl } from './job-document';
import type { PullTarget } from './pull-jobs';
import { takePage } from './take-page';

describe('a page of sessions', () => {
  /** What the module's service is handed of a page that a peer of these quirks sent. */
  async function handedOn(quirks: Quirks, text: string): Promise<string[]> {
    const handed: string[] = [];
    const context = {
      config: { timeouts: { objects: 1_000 } },
      objects: () => ({
        PutMany: ({ objects }: PutManyRequest) => {
          handed.push(...objects.map(String));
          const result = { outcome: 'created', key: 'NL*CPO*S1', code: '', message: '', last_updated: 1 };
          return Promise.resolve({ results: objects.map(() => result) });
        },
      }),
      clock: { now: () => 0 },
      quarantine: { keep: () => Promise.resolve() },
    } as unknown as CrawlContext;
    const job = { id: 'p1|sessions', peer: { id: 'p1' }, module: { ...locations, id: 'sessions' }, quirks } as unknown as PullTarget;
    const crawl = { kind: 'delta', started: new Date(0), newest: null, total: null } as unknown as Crawl;
    await takePage(context, job, crawl, { objects: [Buffer.from(text)], link: undefined, total: null }, { next: null, singly: false });
    return handed;
  }

  it('AMB-04: of a peer with the quirk reservation_status is handed on in our spelling', async () => {
    const session = (status: string): string => `{"id":"S1", "status":"${status}"}`;
    expect(await handedOn({ ...noQuirks, reservation_status: 'RESERVED' }, session('RESERVED'))).toEqual([session('RESERVATION')]);
    expect(await handedOn(noQuirks, session('RESERVED'))).toEqual([session('RESERVED')]);
  });
});
