import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHART, SCENARIOS, type Scenario } from './chart-under-test';
import { find, type Manifest, type PodSpec, workloads } from './manifest';
import { networkEdges, outsideEdges } from './network-edges';
import { podProblems } from './pod-policies';
import { useChart } from './use-chart';

const scenarios = Object.keys(SCENARIOS) as Scenario[];
const MODULES = ['cdrs', 'hub-client-info', 'locations', 'sessions', 'tariffs', 'tokens'];
const CONVERSATIONS = ['charging-profiles', 'commands'];
/** Those with a collection and a topic. */
const OWNERS = [...MODULES, ...CONVERSATIONS];
const SERVICES = ['credentials', 'gateway', 'pull-scheduler', 'push-dispatcher', 'roaming-api', ...OWNERS];

/** Who calls whom. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  gateway: ['credentials', ...OWNERS],
  'roaming-api': ['credentials', ...OWNERS, 'push-dispatcher', 'pull-scheduler'],
  'push-dispatcher': ['credentials', ...MODULES],
  'pull-scheduler': ['credentials', ...MODULES],
  'charging-profiles': ['credentials', 'locations', 'sessions'],
  commands: ['credentials', 'locations', 'sessions', 'tokens'],
  cdrs: ['locations', 'sessions', 'tariffs', 'tokens'],
  'hub-client-info': ['credentials', 'pull-scheduler', 'push-dispatcher'],
  sessions: ['credentials', 'locations', 'tariffs'],
  tokens: ['commands', 'credentials'],
};
/** Services that call peers. */
const CALLERS = [...CONVERSATIONS, 'credentials', 'hub-client-info', 'push-dispatcher', 'pull-scheduler', 'sessions', 'tokens'];
const EDGES = Object.entries(CALLS).flatMap(([from, callees]) => callees.map((to) => `${from} → ${to}:50051`));
/** What the test pod does, and where it may be called back as a peer. */
const TEST_CALLS = ['test → gateway:8080', 'test → roaming-api:8090'];
const TEST_CALLED = CALLERS.map((service) => `${service} → test:8080`);

describe('the manifests of the chart', () => {
  const chart = useChart();

  it('there is a scenario for every file in ci/', () => {
    const used = Object.values(SCENARIOS).flat();
    expect(readdirSync(join(CHART, 'ci')).filter((file) => !used.some((path) => path === `ci/${file}`))).toEqual([]);
  });

  it.each(scenarios)('%s passes helm lint --strict', (scenario) => {
    const { code, stdout, stderr } = chart().lint(scenario);
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  });

  it("all are what Kubernetes' schemas say", () => {
    const { code, stdout } = chart().conform(scenarios.map((scenario) => chart().text(scenario)).join('\n---\n'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Valid: [1-9]\d+, Invalid: 0, Errors: 0, Skipped: 0/) });
  });

  it('the check by schemas finds a field that does not exist', () => {
    const text = chart().text('minimal').replace('terminationGracePeriodSeconds:', 'terminationGracePeriod:');
    expect(chart().conform(text)).toMatchObject({ code: 1, stdout: expect.stringContaining('terminationGracePeriod') });
  });

  it.each(scenarios)('%s confines, watches and bounds every pod', (scenario) => {
    expect(podProblems(chart().manifests(scenario))).toEqual([]);
  });

  it.each<[string, (pod: PodSpec) => object]>([
    ['runAsNonRoot is not set', (pod) => ({ securityContext: { ...pod.securityContext, runAsNonRoot: false } })],
    ['runs as root', (pod) => ({ securityContext: { ...pod.securityContext, runAsUser: 0 } })],
    ['mounts a service account token', () => ({ automountServiceAccountToken: true })],
    ['its root file system can be written to', (pod) => onContainer(pod, { securityContext: { ...pod.containers[0]?.securityContext, readOnlyRootFilesystem: false } })],
    ['has no limits', (pod) => onContainer(pod, { resources: { requests: pod.containers[0]?.resources?.requests } })],
    ['its image has no tag', (pod) => onContainer(pod, { image: 'registry.example.com:5000/roamgrid' })],
    ['lacks a probe', (pod) => onContainer(pod, { livenessProbe: undefined })],
  ])('the policy check finds: %s', (problem, change) => {
    const manifests = chart().manifests('minimal').map((manifest): Manifest => {
      if (manifest.kind !== 'Deployment' || manifest.metadata.name !== 'rg-roamgrid-gateway' || !manifest.spec?.template) return manifest;
      const { template } = manifest.spec;
      return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec: { ...template.spec, ...change(template.spec) } } } };
    });
    expect(podProblems(manifests)).toContainEqual(expect.stringContaining(problem));
  });

  it('the policy check finds a pod without a NetworkPolicy', () => {
    const without = chart().manifests('minimal').filter(({ kind, metadata }) => kind !== 'NetworkPolicy' || !metadata.name.endsWith('-gateway'));
    expect(podProblems(without)).toEqual([
      'Deployment rg-roamgrid-gateway: no NetworkPolicy limits who reaches it',
      'Deployment rg-roamgrid-gateway: no NetworkPolicy limits whom it reaches',
    ]);
  });

  it.each<Scenario>(['minimal', 'ha', 'external-tls'])('%s lets through exactly the calls between the services', (scenario) => {
    expect(networkEdges(chart().manifests(scenario))).toEqual([...EDGES, ...TEST_CALLS].sort());
  });

  it('evaluation opens gateway and roaming API to all, and nothing else', () => {
    const open = /→ (gateway|roaming-api):/;
    const stores = [
      ...['credentials', 'push-dispatcher', 'pull-scheduler', 'roaming-api', 'prepare', ...OWNERS].map((from) => `${from} → mongodb:27017`),
      ...['push-dispatcher', 'roaming-api', 'prepare', ...OWNERS].map((from) => `${from} → kafka:9092`),
    ];
    const edges = networkEdges(chart().manifests('evaluation')).filter((edge) => !open.test(edge));
    expect(edges).toEqual([...EDGES, ...stores, ...TEST_CALLED].sort());
  });

  it('only those that call peers, MongoDB or Kafka leave the cluster', () => {
    const [mongodb, kafka] = ['27017', '9092,9093'];
    expect(outsideEdges(chart().manifests('minimal'))).toEqual(
      [
        ...CALLERS.map((service) => `${service} → 443`),
        ...['credentials', 'push-dispatcher', 'pull-scheduler', 'roaming-api', 'prepare', ...OWNERS].map((service) => `${service} → ${mongodb}`),
        ...['push-dispatcher', 'roaming-api', 'prepare', ...OWNERS].map((service) => `${service} → ${kafka}`),
      ].sort(),
    );
  });

  it.each(scenarios)('%s gives every service all its objects', (scenario) => {
    const manifests = chart().manifests(scenario);
    for (const service of SERVICES) {
      for (const kind of ['Deployment', 'Service', 'ConfigMap', 'ServiceAccount', 'PodDisruptionBudget', 'NetworkPolicy']) {
        expect(find(manifests, kind, `rg-roamgrid-${service}`)).toBeDefined();
      }
    }
    expect(workloads(manifests).filter(({ manifest }) => manifest.kind === 'Deployment')).toHaveLength(SERVICES.length);
  });

  it('balances gRPC over pods, not over connections: its Services are headless', () => {
    const manifests = chart().manifests('minimal');
    const headless = SERVICES.filter((service) => find(manifests, 'Service', `rg-roamgrid-${service}`).spec?.clusterIP === 'None');
    expect(headless).toEqual(SERVICES.filter((service) => !['gateway', 'roaming-api'].includes(service)));
  });

  it('ha scales, spreads and publishes', () => {
    const manifests = chart().manifests('ha');
    expect(manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual([
      'rg-roamgrid-gateway',
      'rg-roamgrid-locations',
    ]);
    const replicas = SERVICES.map((service) => [service, find(manifests, 'Deployment', `rg-roamgrid-${service}`).spec?.replicas]);
    expect(Object.fromEntries(replicas)).toEqual({
      ...Object.fromEntries(SERVICES.map((service) => [service, 3])),
      ...{ gateway: undefined, locations: undefined, tariffs: 2 },
    });
    for (const { manifest, pod } of workloads(manifests)) {
      if (manifest.kind === 'Deployment') expect(pod.topologySpreadConstraints).toHaveLength(1);
    }
    const hosts = manifests.filter(({ kind }) => kind === 'Ingress').map(({ spec }) => spec?.rules?.[0]?.host);
    expect(hosts).toEqual(['ocpi.example.com', 'roaming.example.com']);
  });
});

function onContainer(pod: PodSpec, change: object): object {
  return { containers: pod.containers.map((container) => ({ ...container, ...change })) };
}
