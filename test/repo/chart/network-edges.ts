import { type LabelSelector, type Manifest, type Rule, type RulePeer, type Spec, type Workload, workloads } from './manifest';

type Labels = Readonly<Record<string, string>>;

/** Whether a selector takes in pods with these labels; an empty one takes all. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  return selector !== undefined && Object.entries(selector.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
}

/**
 * Who may open connections to whom inside the release, `from → to:port`, sorted: what the NetworkPolicies of both sides
 * let through. Rules by address count as the world outside.
 */
export function networkEdges(manifests: readonly Manifest[]): string[] {
  const pods = workloads(manifests);
  const policies = manifests.flatMap(({ kind, spec }) => (kind === 'NetworkPolicy' && spec ? [spec] : []));
  const edges = pods.flatMap((from) =>
    pods.filter((to) => to !== from).flatMap((to) => openPorts(from, to, policies).map((port) => `${from.component} → ${to.component}:${port}`)),
  );
  return [...new Set(edges)].sort();
}

/** The components that may reach addresses outside the cluster, with the ports; `any` for all ports. */
export function outsideEdges(manifests: readonly Manifest[]): string[] {
  return manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .flatMap(({ metadata, spec }) =>
      (spec?.egress ?? [])
        .filter(({ to = [] }) => to.length === 0 || to.some(({ ipBlock }) => ipBlock))
        .map(({ ports }) => `${metadata.labels?.['app.kubernetes.io/component'] ?? ''} → ${ports?.map(({ port }) => port).join(',') ?? 'any'}`),
    )
    .sort();
}

function openPorts(from: Workload, to: Workload, policies: readonly Spec[]): (number | 'any')[] {
  const outgoing = rulesOf(policies, from, 'egress').filter(({ to: peers }) => includes(peers, to));
  const incoming = rulesOf(policies, to, 'ingress').filter(({ from: peers }) => includes(peers, from));
  return outgoing.flatMap((out) => incoming.flatMap((into) => commonPorts(out, into)));
}

function rulesOf(policies: readonly Spec[], { labels }: Workload, side: 'ingress' | 'egress'): readonly Rule[] {
  return policies.filter(({ podSelector }) => selects(podSelector, labels)).flatMap((policy) => policy[side] ?? []);
}

function includes(peers: readonly RulePeer[] | undefined, { labels }: Workload): boolean {
  if (!peers || peers.length === 0) return true;
  return peers.some(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) return false;
    const thisNamespace = !namespaceSelector || !namespaceSelector.matchLabels;
    return thisNamespace && (!podSelector || selects(podSelector, labels));
  });
}

function commonPorts(a: Rule, b: Rule): (number | 'any')[] {
  const [one, other] = [a.ports?.map(({ port }) => port), b.ports?.map(({ port }) => port)];
  if (!one || !other) return one ?? other ?? ['any'];
  return one.filter((port) => other.includes(port));
}
