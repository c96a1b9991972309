import { join } from 'node:path';
import { waitUntil } from '@roamgrid/testkit';
import type { ChangingStatuses } from './changing-statuses';
import { exchange } from './exchange-steps';
import { killEveryService, loseDependency } from './failure-steps';
import { openGateway } from './gateway-access';
import { IMAGE, makeImage, makePartImages } from './image-steps';
import { dockerImages, kitImages } from './images';
import { Kubectl } from './kubectl';
import { listNamespace, unexpectedLeftovers } from './leftovers';
import { makeNamespace, removeNamespace } from './namespaces';
import { PlatformRelease, type Tools, type Values } from './platform-release';
import { type PodMemory, readPodMemory } from './pod-memory';
import { runCommand } from './run-command';
import { partiesOf } from './samples';
import { StepFailed, type Steps } from './steps';
import { platformValues, type TestContext } from './test-context';
import { upgradeAndRollback } from './upgrade-steps';

export interface TestOptions {
  readonly kit?: string;
  readonly push?: string;
  readonly load?: string;
  /** Image that the cluster has already; nothing is built. */
  readonly image?: string;
  readonly standIns: boolean;
  readonly prefix: string;
  readonly keep: boolean;
}

/** What the test leaves behind for the page of results. */
export interface TestRecord {
  readonly cluster: string;
  readonly memory: ReadonlyMap<string, readonly PodMemory[]>;
}

/** What a release of the evaluation profile leaves: its data goes with it, and so do its keys. */
const KEPT: readonly string[] = [];
const CPO = { roles: ['CPO'], business_details: { name: 'Roamgrid Charge' } };
const EMSP = { country_code: 'NL', party_id: 'RGE', roles: ['EMSP'], business_details: { name: 'Roamgrid Drive' } };

/** Runs the whole test on the cluster of the current context; `root` is the checkout. */
export async function runTest(steps: Steps, root: string, tools: Tools, options: TestOptions): Promise<TestRecord> {
  const images = options.kit === undefined ? dockerImages(options) : kitImages(options.kit);
  const record = { cluster: await describeCluster(tools), memory: new Map<string, readonly PodMemory[]>() };
  const names = { cpo: `${options.prefix}-cpo`, emsp: `${options.prefix}-emsp` };
  const opened: PlatformRelease[] = [];
  try {
    if (options.image === undefined) await makeImage(steps, images, root);
    const image = options.image ?? images.nameOf(IMAGE);
    const parts: Values = options.standIns ? await makePartImages(steps, images, join(root, 'test/k8s/images')) : {};
    const samples = join(root, 'samples');
    const owners = (await partiesOf(samples)).map((party) => ({ ...party, ...CPO }));
    const cpo = new PlatformRelease(tools, names.cpo, platformValues(image, owners, parts));
    const emsp = new PlatformRelease(tools, names.emsp, platformValues(image, [EMSP], parts));
    opened.push(cpo, emsp);
    await test({ steps, cpo, emsp, images, image }, tools, samples, record.memory);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  } finally {
    await Promise.all(opened.map((platform) => platform.disconnect()));
    if (!options.keep) await cleanUp(steps, tools, Object.values(names));
  }
  return record;
}

async function test(context: TestContext, tools: Tools, samples: string, memory: Map<string, readonly PodMemory[]>): Promise<void> {
  const { steps, cpo, emsp } = context;
  const both = [cpo, emsp];
  await steps.require('helm install of both platforms: all pods are ready', async () => {
    await Promise.all(both.map(({ namespace }) => makeNamespace(tools.kubectl, namespace)));
    await Promise.all(both.map((platform) => platform.install()));
    return both.map(({ namespace }) => namespace).join(', ');
  });
  const changes = await exchange(context, samples);
  await steps.check('helm test of both platforms', () => helmTest(both));
  await killEveryService(context, changes);
  await upgrade(context, tools, changes);
  await loseDependency(context, changes, 'mongodb');
  await loseDependency(context, changes, 'kafka');
  await steps.check('memory of the pods', () => measureMemory(both, memory));
  await steps.check('helm uninstall leaves what it should and nothing else', () => uninstall(both));
}

async function upgrade(context: TestContext, tools: Tools, changes: ChangingStatuses): Promise<void> {
  const gateway = await openGateway(tools, context.cpo, context.image);
  try {
    await upgradeAndRollback(context, changes, gateway);
  } finally {
    await gateway.close();
  }
}

async function helmTest(platforms: readonly PlatformRelease[]): Promise<string> {
  for (const platform of platforms) await platform.test();
  return 'handshake and a page read';
}

async function measureMemory(platforms: readonly PlatformRelease[], memory: Map<string, readonly PodMemory[]>): Promise<string> {
  for (const { namespace, kubectl } of platforms) memory.set(namespace, readPodMemory(await kubectl.run('top', 'pods', '--no-headers')));
  return [...memory].map(([namespace, pods]) => `${namespace} ${pods.reduce((sum, { mebibytes }) => sum + mebibytes, 0)} MiB`).join(', ');
}

async function uninstall(platforms: readonly PlatformRelease[]): Promise<string> {
  await Promise.all(platforms.map((platform) => platform.uninstall()));
  for (const { namespace, kubectl } of platforms) {
    const asExpected = async (): Promise<boolean> => {
      const unexpected = unexpectedLeftovers(await listNamespace(kubectl), KEPT);
      if (unexpected.length > 0) throw new Error(unexpected.join('; '));
      return true;
    };
    await waitUntil(asExpected, { what: `${namespace} is as it should be`, timeoutMs: 90_000, intervalMs: 2_000 });
  }
  return `left: ${KEPT.join(', ') || 'nothing'}`;
}

async function cleanUp(steps: Steps, tools: Tools, namespaces: readonly string[]): Promise<void> {
  await steps.check('namespaces removed', async () => {
    await Promise.all(namespaces.map((name) => removeNamespace(tools.kubectl, name)));
    return namespaces.join(', ');
  });
}

async function describeCluster(tools: Tools): Promise<string> {
  const context = (await runCommand(tools.kubectl, ['config', 'current-context'])).trim();
  const version = JSON.parse(await new Kubectl(tools.kubectl, 'default').run('version', '--output', 'json')) as {
    serverVersion: { gitVersion: string };
  };
  const nodes = (await runCommand(tools.kubectl, ['get', 'nodes', '--output', 'name'])).trim().split('\n').length;
  return `Kubernetes ${version.serverVersion.gitVersion}, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}, context ${context}`;
}
