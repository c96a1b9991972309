import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allChecks, launchedHooks, referencePlatform, roamingApiHooks, runCheck, Target, type Check } from '@roamgrid/conformance';
import { MutatedTree, ProcessGroup, startParts, startPlatform, type Parts } from '@roamgrid/testkit';
import type { Mutant } from './mutant';
import { mutants } from './mutants';

const ROOT = join(__dirname, '..', '..', '..', '..');

/** What became of a planted bug: the check that caught it, as its rows and title, or nothing. */
export interface Verdict {
  readonly mutant: Mutant;
  readonly caughtBy: string | undefined;
}

/**
 * Plants one bug after the other into a platform of its own and runs the checks of its areas until one fails; `only`: those
 * for these rows or areas.
 */
export async function runMutants(onVerdict: (verdict: Verdict) => void, only: readonly string[] = []): Promise<Verdict[]> {
  const group = new ProcessGroup().stopWithProcess();
  const dataDir = await mkdtemp(join(tmpdir(), 'roamgrid-mutants-'));
  group.add({ name: 'data', stop: () => rm(dataDir, { recursive: true, force: true }) });
  try {
    const tree = await MutatedTree.copyOf(ROOT, join(dataDir, 'tree'));
    const parts = await startParts({ dataDir, group });
    const verdicts: Verdict[] = [];
    for (const [number, mutant] of mutants.filter((each) => isWanted(each, only)).entries()) {
      const takeOut = await tree.plant(mutant);
      const verdict = { mutant, caughtBy: await firstFailure(mutant, { number, parts, dataDir, root: tree.folder }) };
      await takeOut();
      verdicts.push(verdict);
      onVerdict(verdict);
    }
    return verdicts;
  } finally {
    await group.stop();
  }
}

interface Run {
  readonly number: number;
  readonly parts: Parts;
  readonly dataDir: string;
  readonly root: string;
}

async function firstFailure(mutant: Mutant, { number, parts, dataDir, root }: Run): Promise<string | undefined> {
  const group = new ProcessGroup();
  const { mongodbUri, kafkaBrokers } = parts;
  const common = { site: { mongodbUri, kafkaBrokers }, dataDir, group, root };
  try {
    const platform = await startPlatform({ spec: { name: `mutant-${number}`, ...referencePlatform, logLevel: 'error' }, ...common });
    const launched = launchedHooks(platform, (spec) => startPlatform({ spec: { ...spec, name: `m${number}-${spec.name}` }, ...common }));
    const hooks = { ...roamingApiHooks({ url: platform.roamingApiUrl, apiKey: platform.apiKey }), ...launched };
    return await firstFailed(checksOf(mutant), hooks);
  } finally {
    await group.stop();
  }
}

async function firstFailed(checks: readonly Check[], hooks: ReturnType<typeof roamingApiHooks>): Promise<string | undefined> {
  let target: Target;
  try {
    target = await Target.open({ invitation: await hooks.invite('mutants'), hooks });
  } catch (error) {
    return `the registration of the suite: ${error instanceof Error ? error.message : String(error)}`;
  }
  try {
    for (const check of checks) {
      if ((await runCheck(check, target)).outcome === 'failed') return `${check.ids.join(' ')} ${check.title}`;
    }
    return undefined;
  } finally {
    await target.close();
  }
}

function isWanted({ checkedBy }: Mutant, only: readonly string[]): boolean {
  return only.length === 0 || checkedBy.some((area) => only.some((each) => area === each || area.startsWith(`${each}-`)));
}

function checksOf({ checkedBy }: Mutant): Check[] {
  const wanted = (id: string): boolean => checkedBy.some((area) => id === area || id.startsWith(`${area}-`));
  return allChecks.filter(({ ids }) => ids.some(wanted));
}
