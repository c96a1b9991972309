import { allChecks } from '../checks';
import { areaTitles, checklistRow, checklistRows } from './checklist-rows';
import { uncoveredIds, whyUncovered } from './uncovered';

describe('the rows of the checklist', () => {
  const checked = new Set(allChecks.flatMap(({ ids }) => ids));

  it('are 692, each once, with a level and who it binds', () => {
    expect(checklistRows).toHaveLength(692);
    expect(new Set(checklistRows.map(({ id }) => id)).size).toBe(692);
    expect(checklistRow('LOC-18')).toEqual({ id: 'LOC-18', area: 'LOC', level: 'MUST', who: 'RCV' });
    expect(checklistRow('TRN-44')).toMatchObject({ level: 'SHOULD†', who: 'SRV' });
    expect(() => checklistRow('LOC-71')).toThrow('no row LOC-71');
  });

  it('have a check, or a reason why not', () => {
    for (const { id } of checklistRows) if (!checked.has(id)) expect(whyUncovered(id)).toMatch(/\w{3}/);
  });

  it('have no reason on file where there is a check', () => {
    expect(uncoveredIds.filter((id) => checked.has(id))).toEqual([]);
  });

  it('number as many as each area has', () => {
    const counts = [...areaTitles.keys()].map((area) => checklistRows.filter((row) => row.area === area).length);
    expect(Object.fromEntries([...areaTitles.keys()].map((area, index) => [area, counts[index]]))).toMatchObject({
      TRN: 76,
      PAG: 28,
      VER: 20,
      CRD: 45,
      LOC: 70,
      TAR: 28,
    });
  });
});

describe('all checks', () => {
  it('have titles of their own', () => {
    const titles = allChecks.map(({ ids, title }) => `${ids.join(' ')} ${title}`);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });
});
