import { formatOcpiDateTime, Header } from '@roamgrid/ocpi';
import { NotCovered } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectList, expectStatus, expectSuccess, expectThat, show } from '../check/expect';
import type { Answer } from '../http/answer';
import { ownSample, type OwnObject, type SampledModule, type Seedable } from '../target/own-objects';
import { countOf, keyOf, nextOf, type SenderInterface } from '../target/sender-interface';
import type { Target } from '../target/target';
import { detailsUrlOf } from '../target/version-details';

/** Larger pages are not filled by seeding. */
const LARGEST_PAGE = 1_000;

/** Rows about pages; each of them for one module that is listed. */
export function listPageChecks(module: SampledModule): readonly Check[] {
  const paging: Paging = {
    define: (ids, title, run) =>
      defineCheck({
        ids,
        title: `${module}: ${title}`,
        needs: [`${module} SENDER`],
        run: (target) => run(target, target.registration.sender(module)),
      }),
    objects: (target, count) => target.objects(module, count),
  };
  return [
    ...pageChecks(paging),
    ...linkChecks(paging),
    ...endChecks(paging),
    ...orderChecks(paging, module),
    ...parameterChecks(paging),
  ];
}

type PageRun = (target: Target, sender: SenderInterface) => Promise<void>;

/** What the checks of one module are made with. */
interface Paging {
  readonly define: (ids: readonly string[], title: string, run: PageRun) => Check;
  readonly objects: (target: Target, count: number) => Promise<readonly OwnObject[]>;
}

function pageChecks({ define, objects }: Paging): readonly Check[] {
  return [
    define(['PAG-05'], 'offset counts objects from 0, limit caps the page', async (target, sender) => {
      const all = (await objects(target, 4)).map(({ key }) => key);
      expectEqual(keysOf(await sender.list({ offset: 1, limit: 2 })), all.slice(1, 3), 'objects at offset 1');
      expectEqual(keysOf(await sender.list({ offset: 0, limit: 1 })), all.slice(0, 1), 'objects at offset 0');
      expectEqual(keysOf(await sender.list({ limit: 1 })), all.slice(0, 1), 'objects without an offset');
    }),
    define(['PAG-06'], 'X-Total-Count is the number of all matching objects, on every page', async (target, sender) => {
      const total = (await objects(target, 4)).length;
      const { pages } = await sender.crawl({ limit: Math.max(2, Math.ceil(total / 5)) });
      for (const page of pages) expectEqual(countOf(page, Header.TotalCount), total, 'X-Total-Count');
    }),
    define(
      ['PAG-07', 'PAG-09'],
      'X-Limit is the smaller of the asked limit and the server’s, also on a short page',
      async (target, sender) => {
        const total = (await objects(target, 3)).length;
        const most = countOf(await sender.list({ limit: 1_000_000 }), Header.Limit) ?? 0;
        expectThat(most > 1, 'X-Limit: a number above 1', show(most));
        const short = await sender.list({ offset: total - 1, limit: 2 });
        expectEqual(expectList(short).length, 1, 'objects on the last page');
        expectEqual(countOf(short, Header.Limit), 2, 'X-Limit of the last page');
      },
    ),
    define(
      ['PAG-08'],
      'a limit above the server’s gives the server’s, in X-Limit, page and Link',
      async (target, sender) => {
        const most = countOf(await sender.list({ limit: 1_000_000 }), Header.Limit) ?? 0;
        expectThat(most > 0 && most < 1_000_000, 'X-Limit below 1000000', show(most));
        if (most > LARGEST_PAGE) throw new NotCovered(`pages hold up to ${most} objects, more than the suite seeds`);
        await objects(target, most + 1);
        const page = await sender.list({ limit: 1_000_000 });
        expectEqual(expectList(page).length, most, 'objects on a page');
        expectEqual(new URL(nextOf(page) ?? 'none:').searchParams.get('limit'), String(most), 'limit in the Link');
      },
    ),
  ];
}

function linkChecks({ define, objects }: Paging): readonly Check[] {
  return [
    define(
      ['PAG-10'],
      'Link: absolute, rel="next", with next offset, limit and all filters',
      async (target, sender) => {
        const all = await objects(target, 3);
        const oldest = Math.min(...all.map(({ lastUpdated }) => lastUpdated));
        const filters = {
          date_from: formatOcpiDateTime(oldest - 5_000),
          date_to: formatOcpiDateTime(target.now() + 86_400_000),
        };
        const first = await sender.list({ ...filters, limit: 2 });
        expectThat(
          /;\s*rel="next"/.test(first.header('link') ?? ''),
          'Link: <…>; rel="next"',
          show(first.header('link')),
        );
        const next = new URL(nextOf(first) ?? 'none:');
        const { origin } = new URL(sender.endpoint);
        expectEqual(next.origin, origin, 'origin of the Link');
        const expected = { ...filters, offset: '2', limit: '2' };
        const names = Object.keys(expected) as (keyof typeof expected)[];
        const seen = Object.fromEntries(names.map((name) => [name, next.searchParams.get(name)]));
        expectEqual(seen, expected, 'query of the Link');
        const second = expectList(await sender.follow(next.href));
        expectThat(
          second.length > 0 && !keysOf(first).includes(keyOf(second[0])),
          'other objects behind the Link',
          'the same',
        );
      },
    ),
    define(['PAG-11'], 'no Link on the last page, also when it is exactly full', async (target, sender) => {
      const total = (await objects(target, 3)).length;
      const at = async (offset: number): Promise<boolean> =>
        nextOf(await sender.list({ offset, limit: 2 })) !== undefined;
      expectEqual(
        [await at(total - 3), await at(total - 2), await at(total - 1)],
        [true, false, false],
        'whether there is a Link with 3, 2 and 1 objects left and limit 2:',
      );
    }),
  ];
}

function endChecks({ define, objects }: Paging): readonly Check[] {
  return [
    define(['PAG-12', 'TRN-17'], 'an empty list: data [], X-Total-Count 0, X-Limit', async (_target, sender) => {
      const page = await sender.list({ date_from: '2099-01-01T00:00:00Z' });
      expectEqual(expectList(page), [], 'data');
      expectEqual(countOf(page, Header.TotalCount), 0, 'X-Total-Count');
      expectThat((countOf(page, Header.Limit) ?? 0) > 0, 'X-Limit: a number', show(page.header(Header.Limit)));
      expectEqual(nextOf(page), undefined, 'Link');
    }),
    define(['PAG-13'], 'an offset at or past the end: 200/1000, [] and no Link', async (target, sender) => {
      const total = (await objects(target, 1)).length;
      for (const offset of [total, total + 1, 999_999_999]) {
        const page = await sender.list({ offset });
        expectEqual(expectList(page), [], `data at offset ${offset} of ${total}`);
        expectEqual(nextOf(page), undefined, 'Link');
        expectEqual(countOf(page, Header.TotalCount), total, 'X-Total-Count');
      }
    }),
  ];
}

function orderChecks({ define, objects }: Paging, module: SampledModule): readonly Check[] {
  return [
    define(
      ['PAG-14'],
      'the order is stable, and pages make up the whole without gap or repeat',
      async (target, sender) => {
        const all = (await objects(target, 5)).map(({ key }) => key);
        expectEqual(new Set(all).size, all.length, 'different objects in a crawl');
        const again = (await sender.crawl({ limit: 2 })).objects.map(keyOf);
        expectEqual(again, all, 'objects crawled by two');
        const offsets = Array.from({ length: Math.min(all.length, 6) }, (_, offset) => offset);
        const pages = await Promise.all(offsets.map((offset) => sender.list({ offset, limit: 1 })));
        expectEqual(pages.flatMap(keysOf), all.slice(0, offsets.length), 'objects read one by one');
      },
    ),
    ...(module === 'cdrs' ? [] : [updateKeepsPlace(module)]),
  ];
}

function parameterChecks({ define, objects }: Paging): readonly Check[] {
  return [
    define(['PAG-22'], 'bad offset, limit and dates: 200/2001', async (_target, sender) => {
      const queries = [
        { offset: -1 },
        { offset: 'x' },
        { offset: '1.5' },
        { limit: -1 },
        { limit: 'all' },
        { offset: 1e21 },
      ];
      const dates = ['yesterday', '2026-13-45T00:00:00Z', '2026-01-05', '1767607200'];
      for (const query of [...queries, ...dates.flatMap((date) => [{ date_from: date }, { date_to: date }])]) {
        expectStatus(await sender.list(query), 200, 2001);
      }
      const inverted = await sender.list({ date_from: '2026-02-01T00:00:00Z', date_to: '2026-01-01T00:00:00Z' });
      expectStatus(inverted, 200, [1000, 2001]);
      expectThat(
        inverted.statusCode === 2001 || expectList(inverted).length === 0,
        '2001 or an empty list',
        inverted.describe(),
      );
    }),
    define(['PAG-23'], 'limit=0: an empty page with headers and no Link to itself, or 2001', async (target, sender) => {
      await objects(target, 1);
      const page = await sender.list({ limit: 0 });
      expectStatus(page, 200, [1000, 2001]);
      if (page.statusCode === 2001) return;
      expectEqual(expectList(page), [], 'data');
      expectThat(countOf(page, Header.TotalCount) !== undefined, 'X-Total-Count', 'none');
      expectEqual(nextOf(page), undefined, 'Link');
    }),
    define(['PAG-24'], 'unknown query parameters are ignored', async (target, sender) => {
      const all = (await objects(target, 2)).map(({ key }) => key);
      expectEqual(keysOf(await sender.list({ limit: 1, page: 7, sort: 'id' })), all.slice(0, 1), 'objects');
    }),
  ];
}

/** Rows about headers of pages that no list is needed for. */
export const pageHeaderChecks: readonly Check[] = [
  defineCheck({
    ids: ['PAG-27'],
    title: 'answers that are no lists of a module carry no pagination headers',
    run: async ({ registration }) => {
      const { versionsUrl } = registration.invitation;
      for (const url of [versionsUrl, detailsUrlOf(registration.versions), registration.credentialsUrl]) {
        expectNoPaging(await registration.call('GET', url));
      }
    },
  }),
  defineCheck({
    ids: ['PAG-27'],
    title: 'a single location carries no pagination headers',
    needs: ['locations SENDER'],
    run: async (target) => {
      const [location] = await target.objects('locations', 1);
      if (location) expectNoPaging(await target.registration.sender('locations').get([location.id], location.owner));
    },
  }),
];

/** PAG-14 for objects that change: their place is that of their creation. */
function updateKeepsPlace(module: SampledModule): Check {
  return defineCheck({
    ids: ['PAG-14'],
    title: `${module}: oldest created first: an updated object keeps its place`,
    needs: [`${module} SENDER`, 'seed'],
    run: async (target) => {
      const ids = [target.newId('CF-Z'), target.newId('CF-A')];
      const begin = target.now() - 600_000;
      const sample = (id: string, moment: number): Seedable => ownSample(target, module, id, formatOcpiDateTime(moment));
      for (const id of ids) await target.seed(module, [sample(id, begin)]);
      const place = async (): Promise<number[]> => {
        const keys = (await target.registration.sender(module).crawl()).objects.map(keyOf);
        return ids.map((id) => keys.indexOf(keyOf(sample(id, begin))));
      };
      const before = await place();
      expectThat((before[0] ?? -1) < (before[1] ?? -1), 'the object created first to come first', show(before));
      await target.seed(module, [sample(ids[0] ?? '', begin + 60_000)]);
      expectEqual(await place(), before, 'places in the list after an update of the first:');
    },
  });
}

function keysOf(page: Answer): string[] {
  return expectList(page).map(keyOf);
}

function expectNoPaging(answer: Answer): void {
  expectSuccess(answer);
  const present = [Header.Link, Header.TotalCount, Header.Limit].filter((name) => answer.header(name) !== undefined);
  expectThat(present.length === 0, 'no pagination headers', `${present.join(', ')} in ${answer.describe()}`);
}
