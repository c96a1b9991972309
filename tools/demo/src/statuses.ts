import type { PlatformStatus } from '@roamgrid/testkit';
import type { Demo } from './start-demo';

/** Whether the eMSP has all that the CPO owns, and nothing is waiting for it. */
export function nothingIsOwed(statuses: ReadonlyMap<string, PlatformStatus>): boolean {
  const cpo = statuses.get('cpo');
  const emsp = statuses.get('emsp');
  if (!cpo || !emsp || cpo.unavailable.length > 0 || emsp.unavailable.length > 0) return false;
  const owned = Object.entries(cpo.own);
  return owned.every(([module, { stored }]) => stored === sum(emsp, (entry) => entry.stored ?? 0, module)) && sum(cpo, ({ push }) => push?.waiting ?? 1) === 0;
}

/** Complete crawls of a platform so far. */
export function fullCrawls(status: PlatformStatus | undefined): number {
  return sum(status, ({ pull }) => pull?.full_crawls ?? 0);
}

type ModuleFigures = PlatformStatus['peers'][number]['modules'][string];

/** Adds a figure over all registered partners, of one module or of all. */
export function sum(status: PlatformStatus | undefined, figure: (module: ModuleFigures) => number, module?: string): number {
  return (status?.peers ?? [])
    .filter(({ state }) => state === 'registered')
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([id]) => module === undefined || id === module)
    .reduce((total, [, figures]) => total + figure(figures), 0);
}

/** What the platforms say of themselves. */
export async function statusesOf({ cpo, emsp }: Demo): Promise<Map<string, PlatformStatus>> {
  const [first, second] = await Promise.all([cpo.status(), emsp?.status()]);
  return new Map([['cpo', first], ...(second ? [['emsp', second] as const] : [])]);
}
