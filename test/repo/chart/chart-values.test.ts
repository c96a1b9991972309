import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHART, type Scenario } from './chart-under-test';
import { find, type Manifest, workloads } from './manifest';
import { podProblems } from './pod-policies';
import { useChart } from './use-chart';
import { describeValues } from './values-table';

describe('the values of the chart', () => {
  const chart = useChart();

  it('an unknown key is refused in every group, and named', () => {
    const text = readFileSync(join(CHART, 'values.yaml'), 'utf8');
    const groups = describeValues(text).flatMap(({ path, default: value }) => (value === undefined ? [path] : []));
    const closed = groups.filter((path) => path !== 'services'); // its keys are names
    const { code, stderr } = chart().template('minimal', { mispelt: 1, ...Object.fromEntries(closed.map((path) => [`${path}.mispelt`, 1])) });
    expect(code).toBe(1);
    const places = ['', ...closed].map((path) => `at '${path === '' ? '' : `/${path.replaceAll('.', '/')}`}': additional properties 'mispelt' not allowed`);
    expect(places.filter((place) => !stderr.includes(place))).toEqual([]);
  });

  it.each<[string, Scenario, Record<string, unknown>, RegExp]>([
    ['parties', 'minimal', { 'platform.parties': [] }, /platform\.parties: one party at the least is expected/],
    ['a public URL', 'minimal', { 'platform.publicUrl': '' }, /platform\.publicUrl: the base URL of the gateway as peers see it is expected/],
    ['a MongoDB', 'minimal', { 'mongodb.existingSecret': '' }, /mongodb\.existingSecret \(or mongodb\.uri\): the address .* is expected/],
    ['a Kafka', 'minimal', { 'kafka.brokers': [] }, /kafka\.brokers: \[host:port, …\] is expected/],
    ['the password for SASL', 'external-tls', { 'kafka.sasl.existingSecret': '' }, /kafka\.sasl\.existingSecret: a Secret with the password is expected/],
    ['callees that exist', 'minimal', { 'services.gateway.calls.credentials': 'credential' }, /services\.gateway\.calls\.credentials: there is no service "credential"; expected one of cdrs, charging-profiles, commands, credentials, gateway/],
    ['callees of a list that exist', 'minimal', { 'services.cdrs.calls.objects': ['tariffs', 'tariff'] }, /services\.cdrs\.calls\.objects: there is no service "tariff"/],
    ['a URL without a slash at its end', 'minimal', { 'platform.publicUrl': 'https://ocpi.example.com/' }, /platform\/publicUrl/],
    ['hashes as API keys', 'minimal', { 'platform.apiKeys': [{ name: 'x', sha256: 'secret', admin: true }] }, /platform\/apiKeys\/0\/sha256/],
  ])('%s: what is missing or wrong is named', (_what, scenario, values, message) => {
    expect(chart().template(scenario, values)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  });

  it('a module is one entry: all its objects, its address, its edges', () => {
    const manifests = chart().manifests('minimal', { 'services.sessions': { module: true } });
    expect(podProblems(manifests)).toEqual([]);
    const kinds = manifests.filter(({ metadata }) => metadata.name === 'rg-roamgrid-sessions').map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
    for (const caller of ['gateway', 'roaming-api', 'push-dispatcher', 'pull-scheduler']) {
      expect(configOf(manifests, caller)).toMatchObject({ objects: { sessions: 'rg-roamgrid-sessions.charging.svc:50051' } });
    }
    const [prepare] = workloads(manifests).filter(({ component }) => component === 'prepare');
    expect(prepare?.pod.containers.map(({ name }) => name)).toContain('sessions');
  });

  it('the entry of a service goes over the defaults, deeply', () => {
    const manifests = chart().manifests('minimal', {
      'defaults.nodeOptions': '--max-semi-space-size=16',
      'services.tariffs.resources.limits.memory': '1Gi',
      'services.tariffs.config.log.level': 'debug',
    });
    const container = (service: string) => find(manifests, 'Deployment', `rg-roamgrid-${service}`).spec?.template?.spec.containers[0];
    expect(container('tariffs')?.resources).toEqual({ requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '1', memory: '1Gi' } });
    expect(container('locations')?.resources?.limits?.memory).toBe('512Mi');
    expect(container('tariffs')?.env).toContainEqual({ name: 'NODE_OPTIONS', value: '--max-semi-space-size=16' });
    expect([configOf(manifests, 'tariffs'), configOf(manifests, 'locations')]).toMatchObject([{ log: { level: 'debug' } }, { log: { level: 'info' } }]);
  });

  it('rendered twice it is the same, and a new configuration restarts the pods that it is for', () => {
    const restarted = (values: Record<string, unknown>): string[] => {
      const [before, after] = [annotations(chart().manifests('external-tls')), annotations(chart().manifests('external-tls', values))];
      return Object.keys(before).filter((service) => JSON.stringify(before[service]) !== JSON.stringify(after[service]));
    };
    expect(chart().template('external-tls').stdout).toBe(chart().text('external-tls'));
    expect(restarted({ 'services.gateway.config.maxBodyBytes': 1000 })).toEqual(['gateway']);
    expect(restarted({ 'kafka.topicPrefix': 'other' })).toEqual(['cdrs', 'charging-profiles', 'commands', 'hub-client-info', 'locations', 'push-dispatcher', 'roaming-api', 'sessions', 'tariffs', 'tokens']);
    expect(restarted({ 'defaults.replicas': 5 })).toEqual([]);
  });

  it('a Secret of the chart that changes restarts the pods that read it', () => {
    const values = (uri: string) => ({ 'mongodb.existingSecret': '', 'mongodb.uri': uri });
    const [one, other] = ['mongodb://a/r', 'mongodb://b/r'].map((uri) => annotations(chart().manifests('external-tls', values(uri))));
    const changed = Object.keys(one ?? {}).filter((service) => JSON.stringify(one?.[service]) !== JSON.stringify(other?.[service]));
    expect(changed).toEqual(['cdrs', 'charging-profiles', 'commands', 'credentials', 'hub-client-info', 'locations', 'pull-scheduler', 'push-dispatcher', 'roaming-api', 'sessions', 'tariffs', 'tokens']);
  });

  it('generated keys fit together, outlive the release, and are the same for all that read them', () => {
    const manifests = chart().manifests('minimal', { 'platform.apiKeys': [{ name: 'backend', sha256: 'a'.repeat(64), admin: false }] });
    const { metadata, data = {} } = find(manifests, 'Secret', 'rg-roamgrid-keys');
    const value = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
    expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    const sha256 = createHash('sha256').update(value('adminKey')).digest('hex');
    expect(JSON.parse(value('apiKeys'))).toEqual([
      { name: 'operator', sha256, admin: true },
      { name: 'backend', sha256: 'a'.repeat(64), admin: false },
    ]);
    const sealing = JSON.parse(value('sealing')) as { keyId: string; keys: Record<string, string> };
    expect(Buffer.from(sealing.keys[sealing.keyId] ?? '', 'base64')).toHaveLength(32);
    expect([value('tokenHashKey').length, value('cursorKey').length]).toEqual([48, 48]);
    expect(find(manifests, 'Secret', 'rg-roamgrid-prepare').data).toMatchObject({ sealing: data['sealing'], tokenHashKey: data['tokenHashKey'] });
  });

  it('with Secrets of one\'s own the chart makes none', () => {
    expect(chart().manifests('external-tls').filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });
});

function configOf(manifests: readonly Manifest[], service: string): unknown {
  return parse(find(manifests, 'ConfigMap', `rg-roamgrid-${service}`).data?.['config.yaml'] ?? '');
}

function annotations(manifests: readonly Manifest[]): Record<string, unknown> {
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
  const names = deployments.map(({ metadata, spec }) => [metadata.name.replace('rg-roamgrid-', ''), spec?.template?.metadata.annotations] as const);
  return Object.fromEntries(names.sort(([a], [b]) => (a < b ? -1 : 1)));
}
