import { runCommand } from './run-command';

const LABEL = 'roamgrid.test';

/** Makes a namespace in which every pod must keep to Kubernetes' restricted standard; one of an earlier run is replaced. */
export async function makeNamespace(kubectl: string, name: string): Promise<void> {
  await removeNamespace(kubectl, name);
  const labels = { [LABEL]: 'true', 'pod-security.kubernetes.io/enforce': 'restricted' };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await runCommand(kubectl, ['create', '--filename', '-'], { input: JSON.stringify(manifest) });
}

/** Removes it with all that is in it, and waits for its end. Throws, and removes nothing, where it is not of this test. */
export async function removeNamespace(kubectl: string, name: string): Promise<void> {
  const found = await runCommand(kubectl, ['get', 'namespace', name, '--ignore-not-found', '--output', 'json']);
  if (found === '') return;
  const { metadata } = JSON.parse(found) as { metadata: { labels?: Record<string, string> } };
  if (metadata.labels?.[LABEL] !== 'true') throw new Error(`namespace ${name} is not of this test; choose another --prefix`);
  await runCommand(kubectl, ['delete', 'namespace', name, '--timeout=180s']);
}
