import { formatOcpiDateTime, Header } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectList, expectThat, show } from '../check/expect';
import { ownSample, type OwnObject, type SampledModule } from '../target/own-objects';
import { countOf, keyOf, type ListQuery } from '../target/sender-interface';
import type { Target } from '../target/target';

const FAR = { date_from: '2000-01-01T00:00:00Z', date_to: '2098-01-01T00:00:00Z' };

/** Rows about date_from and date_to; each of them for one module that is listed. */
export function listFilterChecks(module: SampledModule): readonly Check[] {
  const needs = [`${module} SENDER`] as const;
  return [
    defineCheck({
      ids: ['PAG-01'],
      title: `${module}: date_from, date_to, offset and limit are taken together`,
      needs,
      run: async (target) => {
        const all = await target.objects(module, 2);
        const page = await target.registration.sender(module).list({ ...FAR, offset: 1, limit: 1 });
        expectEqual(expectList(page).map(keyOf), [all[1]?.key], 'objects');
      },
    }),
    defineCheck({
      ids: ['PAG-02'],
      title: `${module}: date_from includes an object of that very moment, written in any of the UTC forms`,
      needs,
      run: async (target) => {
        for (const { key, lastUpdated } of newest(await target.objects(module, 3))) {
          const text = formatOcpiDateTime(lastUpdated);
          for (const date_from of [text, text.replace('Z', ''), text.replace('.000', '')]) {
            expectThat(
              (await keys(target, module, { date_from })).includes(key),
              `${key} with date_from=${date_from}`,
              'not listed',
            );
          }
        }
      },
    }),
    defineCheck({
      ids: ['PAG-03'],
      title: `${module}: date_to excludes an object of that very moment; windows in a row have no gap and no overlap`,
      needs,
      run: async (target) => {
        const all = await target.objects(module, 3);
        for (const { key, lastUpdated } of newest(all)) {
          const moment = formatOcpiDateTime(lastUpdated);
          const before = await keys(target, module, { date_to: moment });
          expectThat(!before.includes(key), `${key} absent with date_to=${moment}`, 'listed');
          const after = await keys(target, module, { date_from: moment });
          expectEqual([...before, ...after].sort(), all.map((each) => each.key).sort(), `objects split at ${moment}:`);
        }
      },
    }),
    windowsAreExact(module),
    ...(module === 'cdrs' ? [] : [updateChangesWindow(module)]),
  ];
}

/** PAG-04, PAG-06: what a window holds, and its count. */
function windowsAreExact(module: SampledModule): Check {
  return defineCheck({
    ids: ['PAG-04', 'PAG-06'],
    title: `${module}: windows hold exactly the objects whose last_updated lies in them, and count them`,
    needs: [`${module} SENDER`],
    run: async (target) => {
      const all = await target.objects(module, 4);
      const times = all.map(({ lastUpdated }) => lastUpdated).sort((a, b) => a - b);
      const [from = 0, to = 0] = [times[1], times.at(-1)];
      const expected = all.filter(({ lastUpdated }) => lastUpdated >= from && lastUpdated < to).map(({ key }) => key);
      const query = { date_from: formatOcpiDateTime(from), date_to: formatOcpiDateTime(to) };
      const { objects, pages } = await target.registration.sender(module).crawl({ ...query, limit: 2 });
      expectEqual(objects.map(keyOf), expected, `objects from ${query.date_from} to ${query.date_to}:`);
      for (const page of pages) expectEqual(countOf(page, Header.TotalCount), expected.length, 'X-Total-Count');
    },
  });
}

/** PAG-04 for an object that is updated. */
function updateChangesWindow(module: SampledModule): Check {
  return defineCheck({
    ids: ['PAG-04'],
    title: `${module}: an update moves an object out of the window of its creation`,
    needs: [`${module} SENDER`, 'seed'],
    run: async (target) => {
      const id = target.newId();
      const [old, fresh] = [target.now() - 500_000, target.now() - 100_000].map(formatOcpiDateTime) as [string, string];
      const updated = ownSample(target, module, id, fresh);
      await target.seed(module, [ownSample(target, module, id, old)]);
      await target.seed(module, [updated]);
      const key = keyOf(updated);
      const window = await keys(target, module, { date_from: old, date_to: fresh });
      expectThat(!window.includes(key), `${key} absent from ${old} to ${fresh}`, 'listed');
      const later = await keys(target, module, { date_from: fresh });
      expectThat(later.includes(key), `${key} listed with date_from=${fresh}`, show(later));
    },
  });
}

function newest(objects: readonly OwnObject[]): readonly OwnObject[] {
  return [...objects].sort((a, b) => b.lastUpdated - a.lastUpdated).slice(0, 2);
}

async function keys(target: Target, module: SampledModule, query: ListQuery): Promise<string[]> {
  return (await target.registration.sender(module).crawl(query)).objects.map(keyOf);
}
