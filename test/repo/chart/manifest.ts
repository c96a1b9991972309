/** The fields of Kubernetes objects that the tests of the chart look at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata & { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Spec;
}

export interface Metadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Of a workload, a Service, a policy or a scaler; a Pod's own spec is a PodSpec. */
export interface Spec extends Partial<PodSpec> {
  readonly template?: { readonly metadata: Metadata; readonly spec: PodSpec };
  readonly replicas?: number;
  readonly clusterIP?: string;
  readonly podSelector?: LabelSelector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly rules?: readonly { readonly host: string }[];
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

export interface Rule {
  readonly from?: readonly RulePeer[];
  readonly to?: readonly RulePeer[];
  readonly ports?: readonly { readonly port: number }[];
}

export interface RulePeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly runAsUser?: number; readonly seccompProfile?: { readonly type: string } };
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly topologySpreadConstraints?: readonly unknown[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string; readonly items?: readonly { readonly path: string }[] };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly securityContext?: {
    readonly readOnlyRootFilesystem?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly privileged?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
  readonly env?: readonly EnvVariable[];
  readonly resources?: Readonly<Record<'requests' | 'limits', { readonly cpu?: string; readonly memory?: string } | undefined>>;
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface EnvVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

export interface Probe {
  readonly httpGet?: { readonly path: string };
  readonly tcpSocket?: object;
}

export const COMPONENT = 'app.kubernetes.io/component';

/** What runs pods, with their labels. */
export interface Workload {
  readonly manifest: Manifest;
  /** Kind and name, for messages. */
  readonly title: string;
  readonly component: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
}

/** All Deployments, StatefulSets, Jobs and Pods. */
export function workloads(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    const { kind, metadata, spec } = manifest;
    const pod = kind === 'Pod' ? (spec as PodSpec | undefined) : spec?.template?.spec;
    if (!pod) return [];
    const labels = (kind === 'Pod' ? metadata.labels : spec?.template?.metadata.labels) ?? {};
    return [{ manifest, title: `${kind} ${metadata.name}`, component: labels[COMPONENT] ?? '', labels, pod }];
  });
}

/** The one object of a kind and name; the test ends where there is none. */
export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}
