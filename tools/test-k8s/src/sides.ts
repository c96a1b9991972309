import { comparePlatforms, type PlatformStatus, waitUntil } from '@roamgrid/testkit';
import type { TestContext } from './test-context';

const MODULES = ['locations', 'tariffs'];
const SETTLE_LIMIT = 60_000;

/** Waits until the eMSP holds every object that the CPO owns, field by field, and no other; gives how many. */
export async function waitEqual({ cpo, emsp }: Pick<TestContext, 'cpo' | 'emsp'>): Promise<number> {
  let objects = 0;
  await waitUntil(
    async () => {
      objects = 0;
      for (const module of MODULES) {
        const compared = await comparePlatforms(cpo.api, emsp.api, module);
        const [first] = compared.differences;
        if (first !== undefined) throw new Error(`${compared.differences.length} ${module} differ, such as ${first}`);
        objects += compared.objects;
      }
      return true;
    },
    { what: 'both sides hold the same', timeoutMs: SETTLE_LIMIT, intervalMs: 500 },
  );
  return objects;
}

type Figures = PlatformStatus['peers'][number]['modules'][string];

/** Adds a figure over all modules of the registered partners. */
export function sumOver(status: PlatformStatus, figure: (module: Figures) => number): number {
  return status.peers
    .filter(({ state }) => state === 'registered')
    .flatMap(({ modules }) => Object.values(modules))
    .reduce((total, module) => total + figure(module), 0);
}
