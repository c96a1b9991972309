import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { createKafka } from '@roamgrid/changes';
import { freePort, ProcessGroup, startMongod, waitUntil } from '@roamgrid/testkit';

import { logger, StoreStack } from './store-stack';

jest.setTimeout(60_000);

const run = promisify(execFile);
const root = resolve(__dirname, '../..');
const main = (service: string): string => join(root, 'services', service, 'dist/main.js');

describe('the commands of a service', () => {
  const stack = new StoreStack();

  beforeAll(() => stack.startWithKafka());
  afterAll(() => stack.stop());

  function environment(database: string): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ROAMGRID__MONGODB__URI: stack.uriOf(database),
      ROAMGRID__KAFKA__BROKERS: JSON.stringify(stack.brokers),
      ROAMGRID__KAFKA__TOPICPREFIX: database,
      ROAMGRID__HEALTH__PORT: '0',
      ROAMGRID__GRPC__PORT: '0',
    };
  }

  /** Names of indexes by collection, and topics of this prefix. */
  async function prepared(database: string): Promise<{ indexes: Record<string, string[]>; topics: string[] }> {
    const connection = await stack.connect(database);
    const indexes: Record<string, string[]> = {};
    for (const { name } of await connection.listCollections()) {
      indexes[name] = (await connection.collection(name).indexes()).map((index) => String(index.name)).sort();
    }
    const admin = createKafka({ brokers: stack.brokers }, 'test', logger).admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${database}.`));
    await admin.disconnect();
    return { indexes, topics };
  }

  it('prepare makes collections, indexes and the change topic, and changes nothing the second time', async () => {
    const database = stack.database();
    const env = environment(database);
    await run(process.execPath, [main('tariffs'), 'prepare'], { env });
    const made = await prepared(database);
    expect(Object.keys(made.indexes)).toEqual(expect.arrayContaining(['tariffs', 'tariffs.counters', 'tariffs.versions']));
    const lists = ['delta_by_audience', 'delta_by_origin', 'list_all', 'list_by_audience', 'list_by_origin', 'list_by_owner'];
    expect(made.indexes['tariffs']).toEqual(['_id_', 'claims', ...lists]);
    expect(made.topics).toEqual([`${database}.tariffs.changes`]);
    await run(process.execPath, [main('tariffs'), 'prepare'], { env });
    expect(await prepared(database)).toEqual(made);
  });

  it.each(['push-dispatcher', 'pull-scheduler', 'roaming-api', 'gateway'])('prepare of %s ends well', async (service) => {
    const secrets = { ROAMGRID__CURSORKEY: 'a cursor key for tests', ROAMGRID__TOKENHASHKEY: 'a key of hashes for these tests only' };
    const env = onlyKnown(service, { ...environment(stack.database()), ...secrets });
    await run(process.execPath, [main(service), 'prepare'], { env });
  });

  /** A service refuses values that it does not have. */
  function onlyKnown(service: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const defaults = readFileSync(join(root, 'services', service, 'config.default.yaml'), 'utf8').toLowerCase();
    const known = ([name]: [string, unknown]): boolean => {
      const [, section = ''] = /^ROAMGRID__([A-Z]+)/.exec(name) ?? [];
      return section === '' || new RegExp(`^${section.toLowerCase()}:`, 'm').test(defaults);
    };
    return Object.fromEntries(Object.entries(env).filter(known));
  }

  it('--version says what this is, from the image or else from the checkout', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect((await run(process.execPath, [main('gateway'), '--version'])).stdout).toBe(`roamgrid ${version}\n`);
    const env = { ...process.env, ROAMGRID_VERSION: '9.8.7', ROAMGRID_REVISION: 'abc' };
    expect((await run(process.execPath, [main('gateway'), '--version'], { env })).stdout).toBe('roamgrid 9.8.7 (abc)\n');
  });

  it('anything else is refused by name, with exit code 64', async () => {
    const failure: unknown = await run(process.execPath, [main('tariffs'), 'serve']).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 64, stderr: 'tariffs: serve: expected nothing (to serve), prepare, or --version\n' });
  });

  it('a service that starts before its MongoDB waits for it, alive and not ready', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-late-'));
    const group = new ProcessGroup().stopWithProcess();
    const [mongoPort, healthPort] = [await freePort(), await freePort()];
    const env = {
      ...environment('late'),
      ROAMGRID__MONGODB__URI: `mongodb://127.0.0.1:${mongoPort}/late?replicaSet=rs0`,
      ROAMGRID__HEALTH__PORT: String(healthPort),
    };
    const probe = async (name: string): Promise<number> => (await fetch(`http://127.0.0.1:${healthPort}/${name}`)).status;
    const service = spawn(process.execPath, [main('tariffs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let log = '';
    service.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    try {
      await waitUntil(() => Promise.resolve(log.includes('waiting for MongoDB')), { what: 'the service waits', timeoutMs: 30_000 });
      expect([await probe('healthz'), await probe('readyz')]).toEqual([200, 503]);
      await startMongod({ dataDir, group }, { cacheGb: 0.25, port: mongoPort });
      await waitUntil(async () => (await probe('readyz')) === 200, { what: 'the service is ready', timeoutMs: 30_000 });
      expect(service.exitCode).toBeNull();
    } finally {
      service.kill();
      await once(service, 'exit');
      await group.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
