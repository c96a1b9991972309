import { type Container, type Manifest, type Workload, workloads } from './manifest';
import { selects } from './network-edges';

/** Everything in which pods of the manifests are less confined, less watched or less bounded than they must be. */
export function podProblems(manifests: readonly Manifest[]): string[] {
  return workloads(manifests).flatMap((workload) => [
    ...podRules(workload).map((problem) => `${workload.title}: ${problem}`),
    ...workload.pod.containers.flatMap((container) =>
      containerRules(container, workload).map((problem) => `${workload.title}, container ${container.name}: ${problem}`),
    ),
    ...policyRules(workload, manifests).map((problem) => `${workload.title}: ${problem}`),
  ]);
}

function podRules({ pod }: Workload): string[] {
  const security = pod.securityContext;
  return failing({
    'runAsNonRoot is not set': security?.runAsNonRoot === true,
    'runs as root': (security?.runAsUser ?? 0) > 0,
    'seccompProfile is not RuntimeDefault': security?.seccompProfile?.type === 'RuntimeDefault',
    'mounts a service account token': pod.automountServiceAccountToken === false,
  });
}

function containerRules(container: Container, { manifest }: Workload): string[] {
  const { kind } = manifest;
  return [
    ...confinement(container),
    ...bounds(container),
    ...(kind === 'Deployment' || kind === 'StatefulSet' ? probes(container) : []),
    ...(kind === 'Deployment' ? probePaths(container) : []),
  ];
}

function confinement({ securityContext: security }: Container): string[] {
  return failing({
    'its root file system can be written to': security?.readOnlyRootFilesystem === true,
    'may gain privileges': security?.allowPrivilegeEscalation === false && security.privileged !== true,
    'keeps capabilities': security?.capabilities?.drop?.includes('ALL') === true && !security.capabilities.add,
  });
}

function bounds({ resources, image }: Container): string[] {
  return failing({
    'has no requests': Boolean(resources?.requests?.cpu && resources.requests.memory),
    'has no limits': Boolean(resources?.limits?.cpu && resources.limits.memory),
    'its image has no tag': /(:[^:/@]+|@sha256:[0-9a-f]{64})$/.test(image) && !image.endsWith(':latest'),
  });
}

function probes({ startupProbe, livenessProbe, readinessProbe }: Container): string[] {
  return failing({ 'lacks a probe': Boolean(startupProbe && livenessProbe && readinessProbe) });
}

function probePaths({ livenessProbe, readinessProbe }: Container): string[] {
  return failing({
    'liveness depends on more than the process': livenessProbe?.httpGet?.path === '/healthz',
    'readiness does not ask /readyz': readinessProbe?.httpGet?.path === '/readyz',
  });
}

function policyRules({ labels }: Workload, manifests: readonly Manifest[]): string[] {
  const policies = manifests.filter(({ kind, spec }) => kind === 'NetworkPolicy' && selects(spec?.podSelector, labels));
  const covers = (type: string): boolean => policies.some(({ spec }) => spec?.policyTypes?.includes(type) === true);
  return failing({ 'no NetworkPolicy limits who reaches it': covers('Ingress'), 'no NetworkPolicy limits whom it reaches': covers('Egress') });
}

function failing(rules: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(rules).flatMap(([problem, holds]) => (holds ? [] : [problem]));
}
