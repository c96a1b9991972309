import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaSection, loadServiceConfig, mongoSection, type ServiceDefinition } from '@roamgrid/runtime';
import { conversationSections } from '../../../packages/conversation-service/src/conversation-config';
import { cdrsSections } from '../../../services/cdrs/src/cdrs-config';
import { chargingProfilesSections } from '../../../services/charging-profiles/src/charging-profiles-config';
import { commandsSections } from '../../../services/commands/src/commands-config';
import { hubClientInfoSections } from '../../../services/hub-client-info/src/hub-client-info-config';
import { sessionsSections } from '../../../services/sessions/src/sessions-config';
import { tokensSections } from '../../../services/tokens/src/tokens-config';
import { credentialsSections } from '../../../services/credentials/src/config';
import { gatewaySections } from '../../../services/gateway/src/gateway-config';
import { pullSchedulerSections } from '../../../services/pull-scheduler/src/pull-scheduler-config';
import { dispatcherSections } from '../../../services/push-dispatcher/src/dispatcher-config';
import { roamingApiSections } from '../../../services/roaming-api/src/roaming-api-config';
import { SCENARIOS, type Scenario } from './chart-under-test';
import { find, type Manifest, type Workload, workloads } from './manifest';
import { useChart } from './use-chart';

const scenarios = Object.keys(SCENARIOS) as Scenario[];
const OTHER_SECTIONS: Readonly<Record<string, ServiceDefinition<unknown>['sections']>> = {
  gateway: gatewaySections,
  credentials: credentialsSections,
  'push-dispatcher': dispatcherSections,
  'pull-scheduler': pullSchedulerSections,
  'roaming-api': roamingApiSections,
  cdrs: { mongodb: mongoSection, kafka: kafkaSection, ...cdrsSections },
  'charging-profiles': { ...conversationSections, ...chargingProfilesSections },
  commands: { ...conversationSections, ...commandsSections },
  'hub-client-info': { mongodb: mongoSection, kafka: kafkaSection, ...hubClientInfoSections },
  sessions: { mongodb: mongoSection, kafka: kafkaSection, ...sessionsSections },
  tokens: { mongodb: mongoSection, kafka: kafkaSection, ...tokensSections },
};

/** Stand-ins for what the Secrets hold. */
const SECRETS: Readonly<Record<string, string>> = {
  ROAMGRID__TOKENHASHKEY: 't'.repeat(48),
  ROAMGRID__CURSORKEY: 'c'.repeat(48),
  ROAMGRID__SEALING: JSON.stringify({ keyId: 'k1', keys: { k1: Buffer.alloc(32).toString('base64') } }),
  ROAMGRID__APIKEYS: '[]',
  ROAMGRID__MONGODB__URI: 'mongodb://db/roamgrid',
  ROAMGRID__KAFKA__SASL__PASSWORD: 'secret',
};

describe('what the chart hands to the services', () => {
  const chart = useChart();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roamgrid-chart-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function load(name: string, config: string, env: NodeJS.ProcessEnv): unknown {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, config);
    const sections = OTHER_SECTIONS[name] ?? { mongodb: mongoSection, kafka: kafkaSection };
    const directory = join(__dirname, '../../../services', name);
    return loadServiceConfig<unknown>({ directory, sections }, { ...env, ROAMGRID_CONFIG: file });
  }

  it.each(scenarios)('%s: every service takes its configuration, and needs no more secrets than it gets', (scenario) => {
    const manifests = chart().manifests(scenario);
    for (const { component, manifest, pod } of workloads(manifests)) {
      if (manifest.kind !== 'Deployment') continue;
      const config = find(manifests, 'ConfigMap', manifest.metadata.name).data?.['config.yaml'] ?? '';
      const given = (pod.containers[0]?.env ?? []).filter(({ valueFrom }) => valueFrom).map(({ name }) => [name, SECRETS[name]]);
      expect(load(component, config, Object.fromEntries(given) as NodeJS.ProcessEnv)).toMatchObject({ health: { host: '0.0.0.0', port: 8081 } });
    }
  });

  it.each(scenarios)('%s: preparing takes the same configuration and secrets', (scenario) => {
    const manifests = chart().manifests(scenario);
    const [prepare] = workloads(manifests).filter(({ component }) => component === 'prepare');
    const configs = find(manifests, 'ConfigMap', 'rg-roamgrid-prepare').data ?? {};
    expect(prepare?.pod.containers.map(({ name }) => `${name}.yaml`)).toEqual(Object.keys(configs));
    for (const { name, args, env = [] } of prepare?.pod.containers ?? []) {
      expect(args).toEqual([`services/${name}/dist/main.js`, 'prepare']);
      expect(env).toContainEqual({ name: 'ROAMGRID_CONFIG', value: `/etc/roamgrid/config/${name}.yaml` });
      const given = env.filter(({ valueFrom }) => valueFrom).map((variable) => [variable.name, SECRETS[variable.name]]);
      expect(load(name, configs[`${name}.yaml`] ?? '', Object.fromEntries(given) as NodeJS.ProcessEnv)).toBeDefined();
    }
  });

  it('external-tls: each connection has its files and its password', () => {
    const manifests = chart().manifests('external-tls');
    const config = find(manifests, 'ConfigMap', 'rg-roamgrid-locations').data?.['config.yaml'] ?? '';
    expect(load('locations', config, SECRETS_OF_A_MODULE)).toMatchObject({
      grpc: { tls: { caFile: '/etc/roamgrid/tls/grpc/ca.crt', certFile: '/etc/roamgrid/tls/grpc/tls.crt', keyFile: '/etc/roamgrid/tls/grpc/tls.key' } },
      mongodb: { tls: { caFile: '/etc/roamgrid/tls/mongodb-ca/ca.crt', certKeyFile: '/etc/roamgrid/tls/mongodb-client/client.pem' } },
      kafka: {
        brokers: ['kafka.example.com:9094'],
        topicPrefix: 'production',
        tls: { enabled: true, caFile: '/etc/roamgrid/tls/kafka-ca/ca.crt', certFile: '/etc/roamgrid/tls/kafka-client/tls.crt' },
        sasl: { mechanism: 'scram-sha-512', username: 'roamgrid', password: 'secret' },
      },
    });
  });

  it.each(scenarios)('%s: every file that a configuration names is mounted, and every mount has its volume', (scenario) => {
    const manifests = chart().manifests(scenario);
    expect(workloads(manifests).flatMap((workload) => mountProblems(workload, manifests))).toEqual([]);
  });

  it('finds a file that is not mounted', () => {
    const manifests = chart().manifests('external-tls', { 'services.gateway.config.grpc.tls.caFile': '/etc/roamgrid/tls/other/ca.crt' });
    const [gateway] = workloads(manifests).filter(({ component }) => component === 'gateway');
    expect(gateway && mountProblems(gateway, manifests)).toEqual(['Deployment rg-roamgrid-gateway: /etc/roamgrid/tls/other/ca.crt is not mounted']);
  });

  it.each<Scenario>(['minimal', 'ha', 'external-tls'])('%s: what runs before the release needs nothing of the release', (scenario) => {
    const manifests = chart().manifests(scenario, { 'mongodb.existingSecret': '', 'mongodb.uri': 'mongodb://db/r' });
    const hook = (manifest: Manifest): string => manifest.metadata.annotations?.['helm.sh/hook'] ?? '';
    const [prepare] = workloads(manifests).filter(({ component }) => component === 'prepare');
    const released = manifests.filter((manifest) => hook(manifest) === '').map(({ metadata }) => metadata.name);
    expect(prepare && hook(prepare.manifest)).toBe('pre-install,pre-upgrade');
    expect(prepare && referenced(prepare).filter((name) => released.includes(name))).toEqual([]);
  });

  it('evaluation prepares when MongoDB and Kafka are there', () => {
    const [prepare] = workloads(chart().manifests('evaluation')).filter(({ component }) => component === 'prepare');
    expect(prepare?.manifest.metadata.annotations?.['helm.sh/hook']).toBe('post-install,post-upgrade');
  });

  it('only the handshake of the evaluation profile lets itself be called back', () => {
    const callback = (scenario: Scenario): string | undefined => {
      const [test] = workloads(chart().manifests(scenario)).filter(({ component }) => component === 'test');
      return test?.pod.containers[0]?.env?.find(({ name }) => name === 'CALLBACK')?.value;
    };
    expect(scenarios.map(callback)).toEqual(['false', 'false', 'false', 'true', 'true']);
  });
});

const SECRETS_OF_A_MODULE: NodeJS.ProcessEnv = {
  ROAMGRID__MONGODB__URI: SECRETS['ROAMGRID__MONGODB__URI'],
  ROAMGRID__KAFKA__SASL__PASSWORD: SECRETS['ROAMGRID__KAFKA__SASL__PASSWORD'],
};

/** Names of the ConfigMaps, Secrets and accounts that a workload's pods need. */
function referenced({ pod }: Workload): string[] {
  const volumes = (pod.volumes ?? []).flatMap(({ configMap, secret }) => [configMap?.name ?? [], secret?.secretName ?? []].flat());
  const secrets = pod.containers.flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []));
  return [...volumes, ...secrets, ...(pod.serviceAccountName === undefined ? [] : [pod.serviceAccountName])];
}

function mountProblems({ title, pod }: Workload, manifests: readonly Manifest[]): string[] {
  const volumes = pod.volumes ?? [];
  const claims = ['data'];
  return pod.containers.flatMap(({ env = [], volumeMounts = [] }) => {
    const unknown = volumeMounts.filter(({ name }) => !claims.includes(name) && !volumes.some((volume) => volume.name === name));
    const configs = volumes.flatMap(({ configMap }) => (configMap ? Object.entries(find(manifests, 'ConfigMap', configMap.name).data ?? {}) : []));
    const configFile = env.find(({ name }) => name === 'ROAMGRID_CONFIG')?.value?.split('/').at(-1);
    const text = configs.find(([name]) => name === configFile)?.[1] ?? '';
    const files = [...text.matchAll(/\/etc\/roamgrid\/tls\/\S+/g)].map(([file]) => file);
    const mounted = (file: string): boolean =>
      volumeMounts.some(({ name, mountPath }) => {
        const items = volumes.find((volume) => volume.name === name)?.secret?.items;
        if (!file.startsWith(`${mountPath}/`)) return false;
        return !items || items.some(({ path }) => file === `${mountPath}/${path}`);
      });
    return [
      ...unknown.map(({ name }) => `${title}: there is no volume ${name}`),
      ...files.filter((file) => !mounted(file)).map((file) => `${title}: ${file} is not mounted`),
    ];
  });
}
