import { waitUntil } from '@roamgrid/testkit';
import type { ChangingStatuses } from './changing-statuses';
import type { PlatformRelease } from './platform-release';
import { killPod, restartsBetween, restartsByPod, serviceNames, waitReplaced } from './pods';
import { waitEqual } from './sides';
import type { TestContext } from './test-context';

/** Longer than a liveness probe bears that fails: a pod whose liveness hung on a dependency would be restarted. */
const AWAY_MILLIS = 75_000;
const CHANGES_AFTER = 12;

/** A pod of every service is killed on both sides, one service after the other, while statuses change. */
export async function killEveryService(context: TestContext, changes: ChangingStatuses): Promise<void> {
  const { steps, cpo } = context;
  for (const service of await serviceNames(cpo.kubectl)) {
    await steps.check(`a pod of ${service} is killed on both sides`, () => killOne(context, changes, service));
  }
}

async function killOne(context: TestContext, changes: ChangingStatuses, service: string): Promise<string> {
  const { cpo, emsp } = context;
  return whileChanging(context, changes, async () => {
    await Promise.all(
      [cpo, emsp].map(async (platform) => {
        const pod = await killPod(platform.kubectl, service);
        await waitReplaced(platform.kubectl, service, pod);
        if (service === 'roaming-api') platform.reconnect();
      }),
    );
  });
}

/** MongoDB or Kafka of the CPO goes away for a while: no pod is restarted for it, and the flow goes on when it is back. */
export async function loseDependency(context: TestContext, changes: ChangingStatuses, dependency: 'mongodb' | 'kafka'): Promise<void> {
  const { steps, cpo } = context;
  await steps.check(`${dependency} goes away for ${AWAY_MILLIS / 1000} s and comes back: no pod is restarted`, async () => {
    const before = await restartsWithout(cpo, dependency);
    const seen = await whileChanging(context, changes, async () => {
      await cpo.kubectl.run('scale', 'statefulset', `roamgrid-${dependency}`, '--replicas=0');
      await new Promise((resolve) => setTimeout(resolve, AWAY_MILLIS));
      await cpo.kubectl.run('scale', 'statefulset', `roamgrid-${dependency}`, '--replicas=1');
      await cpo.kubectl.run('rollout', 'status', 'statefulset', `roamgrid-${dependency}`, '--timeout=180s');
    });
    const restarted = restartsBetween(before, await restartsWithout(cpo, dependency));
    if (restarted.length > 0) throw new Error(restarted.join('; '));
    return seen;
  });
}

async function restartsWithout({ kubectl }: PlatformRelease, dependency: string): Promise<Map<string, number>> {
  const restarts = await restartsByPod(kubectl);
  return new Map([...restarts].filter(([pod]) => !pod.includes(dependency)));
}

/** Does something while statuses change, waits for more changes, and that both sides hold the same. Gives what was seen. */
export async function whileChanging(context: TestContext, changes: ChangingStatuses, act: () => Promise<void>): Promise<string> {
  const { acknowledged, retried } = changes;
  const acting = stopwatch();
  changes.resume();
  try {
    await act();
    const goal = changes.acknowledged + CHANGES_AFTER;
    const goesOn = (): Promise<boolean> => Promise.resolve(changes.acknowledged >= goal);
    await waitUntil(goesOn, { what: `${CHANGES_AFTER} more changes were acknowledged afterwards`, timeoutMs: 180_000 });
  } catch (error) {
    await changes.pause().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  await changes.pause();
  const took = acting();
  const comparing = stopwatch();
  await waitEqual(context);
  return `${changes.acknowledged - acknowledged} changes in ${took}, ${changes.retried - retried} attempts repeated; both sides the same ${comparing()} later`;
}

function stopwatch(): () => string {
  const began = Date.now();
  return () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
}
