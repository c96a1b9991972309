import { waitUntil } from '@roamgrid/testkit';
import type { Kubectl, Pod, Workload } from './kubectl';

export const COMPONENT = 'app.kubernetes.io/component';

/** Restarts of every pod by its name; a pod that was replaced has another name. */
export async function restartsByPod(kubectl: Kubectl): Promise<Map<string, number>> {
  const pods = await kubectl.list<Pod>('pods');
  return new Map(
    pods
      .filter(({ status }) => status.phase === 'Running')
      .map(({ metadata, status }) => [metadata.name, (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0)]),
  );
}

/** What changed between two looks: pods that are gone, new, or were restarted; empty where nothing did. */
export function restartsBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  const changes: string[] = [];
  for (const [pod, restarts] of before) {
    const now = after.get(pod);
    if (now === undefined) changes.push(`${pod} is gone`);
    else if (now !== restarts) changes.push(`${pod} was restarted ${now - restarts} times`);
  }
  for (const pod of after.keys()) if (!before.has(pod)) changes.push(`${pod} is new`);
  return changes;
}

/** Kills one pod of a component as a dying node would: no signal to finish, no time. Gives its name. */
export async function killPod(kubectl: Kubectl, component: string): Promise<string> {
  const [pod] = await kubectl.list<Pod>('pods', `${COMPONENT}=${component}`);
  if (!pod) throw new Error(`${kubectl.namespace} has no pod of ${component}`);
  await kubectl.run('delete', 'pod', pod.metadata.name, '--force', '--grace-period=0', '--wait=false');
  return pod.metadata.name;
}

/** Waits until a component has all its pods ready, none of them the one that was killed. */
export async function waitReplaced(kubectl: Kubectl, component: string, killed: string): Promise<void> {
  const labels = `${COMPONENT}=${component}`;
  await waitUntil(
    async () => {
      const [deployment] = await kubectl.list<Workload>('deployments', labels);
      const pods = await kubectl.list<Pod>('pods', labels);
      return allReplaced(pods, killed, deployment?.spec.replicas ?? 1);
    },
    { what: `${kubectl.namespace}: ${component} is whole again after ${killed} was killed`, timeoutMs: 180_000, intervalMs: 500 },
  );
}

/** Judged by the pods themselves: the count of a Deployment still speaks of the killed one for a moment. */
export function allReplaced(pods: readonly Pod[], killed: string, replicas: number): boolean {
  const ready = pods.filter(({ status }) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'));
  return ready.length === replicas && pods.every(({ metadata }) => metadata.name !== killed);
}

/** Names of the components that Deployments run: the services. */
export async function serviceNames(kubectl: Kubectl): Promise<string[]> {
  const deployments = await kubectl.list('deployments');
  return deployments.map(({ metadata }) => metadata.labels?.[COMPONENT] ?? metadata.name).sort();
}
