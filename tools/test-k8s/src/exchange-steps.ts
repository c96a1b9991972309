import { waitUntil } from '@roamgrid/testkit';
import { ChangingStatuses } from './changing-statuses';
import { SAMPLE_MODULES, sampleLines } from './samples';
import { sumOver, waitEqual } from './sides';
import type { TestContext } from './test-context';

const CHANGE_EVERY = 250;
const FIRST_CHANGES = 40;

/** Handshake, load, push, pull, first status changes: the life of two partners. Gives the changes, paused. */
export async function exchange(context: TestContext, samples: string): Promise<ChangingStatuses> {
  const { steps, cpo, emsp } = context;
  await steps.require('roaming APIs answer through forwarded ports', async () => {
    await Promise.all([cpo.connect(), emsp.connect()]);
    for (const { api, namespace } of [cpo, emsp]) {
      const answers = async (): Promise<boolean> => (await api.status()).unavailable.length === 0;
      await waitUntil(answers, { what: `all services of ${namespace} answer`, timeoutMs: 60_000, intervalMs: 500 });
    }
    return `${cpo.roamingApiUrl}, ${emsp.roamingApiUrl}`;
  });
  await steps.require('handshake: the eMSP registers with the CPO', () => handshake(context));
  await steps.require('samples imported at the CPO', () => load(context, samples));
  await steps.require('push: both sides hold the same', () => pushed(context));
  await steps.check('pull: all is read once more, both sides hold the same', () => pulled(context));
  let changes: ChangingStatuses | undefined;
  await steps.require('EVSE statuses change, both sides hold the same', async () => {
    changes = await ChangingStatuses.ofOwnEvses(cpo.api, CHANGE_EVERY);
    return firstChanges(context, changes);
  });
  if (!changes) throw new Error('no statuses change');
  return changes;
}

async function handshake({ cpo, emsp }: TestContext): Promise<string> {
  const { token, versions_url } = await cpo.api.invite('Roamgrid Drive');
  const { state } = await emsp.api.connect('Roamgrid Charge', versions_url, token);
  if (state !== 'registered') throw new Error(`the eMSP's side is ${state}`);
  const [peer] = (await cpo.api.status()).peers;
  if (peer?.state !== 'registered') throw new Error(`the CPO's side is ${peer?.state ?? 'without a peer'}`);
  return versions_url;
}

async function load({ cpo }: TestContext, samples: string): Promise<string> {
  const loaded: string[] = [];
  for (const module of SAMPLE_MODULES) {
    const summary = await cpo.api.import(module, sampleLines(samples, module), { results: 'refused' });
    if (summary.created !== summary.lines) throw new Error(`${module}: ${JSON.stringify(summary)}`);
    loaded.push(`${summary.created} ${module}`);
  }
  return loaded.join(', ');
}

async function pushed(context: TestContext): Promise<string> {
  const objects = await waitEqual(context);
  const status = await context.cpo.api.status();
  const delivered = sumOver(status, ({ push }) => push?.delivered ?? 0);
  if (delivered === 0) throw new Error('nothing was pushed');
  return `${objects} objects, ${delivered} pushed`;
}

async function pulled(context: TestContext): Promise<string> {
  const { emsp } = context;
  const before = await emsp.api.status();
  const crawls = sumOver(before, ({ pull }) => pull?.full_crawls ?? 0);
  const seen = sumOver(before, ({ pull }) => pull?.seen ?? 0);
  const peer = before.peers.find(({ state }) => state === 'registered');
  await emsp.api.call('POST', `/v1/peers/${peer?.id ?? ''}/pull`, { full: true });
  const crawled = async (): Promise<boolean> => sumOver(await emsp.api.status(), ({ pull }) => pull?.full_crawls ?? 0) >= crawls + 2;
  await waitUntil(crawled, { what: 'both modules were pulled in full', timeoutMs: 120_000, intervalMs: 500 });
  const objects = await waitEqual(context);
  const read = sumOver(await emsp.api.status(), ({ pull }) => pull?.seen ?? 0) - seen;
  if (read < objects) throw new Error(`${objects} objects are there, ${read} were pulled`);
  return `${objects} objects, ${read} pulled`;
}

async function firstChanges(context: TestContext, changes: ChangingStatuses): Promise<string> {
  changes.resume();
  const enough = (): Promise<boolean> => Promise.resolve(changes.acknowledged >= FIRST_CHANGES);
  await waitUntil(enough, { what: `${FIRST_CHANGES} changes were acknowledged`, timeoutMs: 120_000 });
  await changes.pause();
  await waitEqual(context);
  return `${changes.acknowledged} changes`;
}
