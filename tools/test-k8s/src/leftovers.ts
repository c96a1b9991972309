import type { KubeObject, Kubectl } from './kubectl';

/** Made by Kubernetes itself in every namespace, or a record of what happened. */
const OF_THE_CLUSTER = [/^ConfigMap\/kube-root-ca\.crt$/, /^ServiceAccount\/default$/, /^Event\//, /^PodMetrics\//];

/** `Kind/name` of everything that is in a namespace, but for what Kubernetes puts into each. */
export async function listNamespace(kubectl: Kubectl): Promise<string[]> {
  const kinds = (await kubectl.run('api-resources', '--verbs=list', '--namespaced', '--output', 'name')).split('\n').filter((kind) => kind !== '');
  return namesOf(await kubectl.list(kinds.join(',')));
}

/** `Kind/name`, each once, without what is the cluster's own. */
export function namesOf(objects: readonly Pick<KubeObject, 'kind' | 'metadata'>[]): string[] {
  const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  return [...new Set(names)].filter((name) => !OF_THE_CLUSTER.some((pattern) => pattern.test(name))).sort();
}

/** How what is left differs from what should be; empty where it does not. */
export function unexpectedLeftovers(found: readonly string[], expected: readonly string[]): string[] {
  return [
    ...found.filter((name) => !expected.includes(name)).map((name) => `${name} should be gone`),
    ...expected.filter((name) => !found.includes(name)).map((name) => `${name} should have been kept`),
  ];
}
