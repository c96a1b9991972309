import { comparePlatforms, waitUntil, type Comparison, type PlatformStatus, type RoamingApiClient } from '@roamgrid/testkit';
import { ChargingDemo } from './charging/charging-demo';
import { liveTable, statusLine } from './live-table';
import type { Screen } from './screen';
import type { Demo } from './start-demo';
import { fullCrawls, nothingIsOwed, statusesOf, sum } from './statuses';

const SETTLE_LIMIT = 15 * 60_000;
const CHARGES_LIMIT = 60_000;
const CHARGES = 12;
const AT_ONCE = 4;
const REMOTE_CHARGES = 4;
/** Short: it is only to be seen that all of it arrives. */
const CHARGE = { updates: 5, every: 150, kwh: 2 };

/** How the sides stand at the end. */
export interface Settled {
  readonly equal: boolean;
  readonly differences: readonly string[];
  readonly objects: Readonly<Record<string, number>>;
  readonly pushed: number;
  readonly pulled: number;
  /** Tokens, Sessions and CDRs that an eMSP got although they are not meant for it. */
  readonly strangers: number;
  /** START_SESSION and STOP_SESSION that were carried out. */
  readonly commands: number;
}

/**
 * Waits until nothing is owed, lets the eMSP pull all once more, and compares both sides; then lets drivers charge while
 * another eMSP is there too, and compares what came of it.
 */
export async function settle(demo: Demo, screen: Screen): Promise<Settled> {
  const { cpo, emsp } = demo;
  if (!emsp) throw new Error('--once compares two sides; it does not go with --no-partner');
  await watchUntil(demo, screen, nothingIsOwed);
  await pullAll(emsp);
  await watchUntil(demo, screen, nothingIsOwed);
  const mirrored = [await compared('locations', cpo, emsp), await compared('tariffs', cpo, emsp), await compared('tokens', emsp, cpo)];
  const { strangers, charged, commands } = await charge(demo, emsp, screen);
  const results = [...mirrored, ...charged];
  const statuses = await statusesOf(demo);
  return {
    equal: results.every(({ differences }) => differences.length === 0) && strangers === 0,
    differences: results.flatMap(({ differences }) => differences),
    objects: Object.fromEntries(results.map(({ module, objects }) => [module, objects])),
    pushed: sum(statuses.get('cpo'), ({ push }) => push?.delivered ?? 0),
    pulled: sum(statuses.get('emsp'), ({ pull }) => pull?.seen ?? 0),
    strangers,
    commands,
  };
}

interface Compared extends Comparison {
  readonly module: string;
}

async function compared(module: string, owner: RoamingApiClient, receiver: RoamingApiClient): Promise<Compared> {
  return { module, ...(await comparePlatforms(owner, receiver, module)) };
}

/** Sessions and CDRs of simulated charges, at the eMSP whose drivers they were, and at one that has nothing to do with them. */
async function charge(
  demo: Demo,
  emsp: RoamingApiClient,
  screen: Screen,
): Promise<{ readonly strangers: number; readonly charged: readonly Compared[]; readonly commands: number }> {
  const { cpo, tokens } = demo;
  screen.say('another eMSP registers, and drivers charge');
  const stranger = await demo.startStranger();
  const charging = new ChargingDemo(cpo, tokens);
  const places = await charging.prepare();
  if (places === 0) screen.say('no Connector has a tariff to charge by: nobody charges');
  else await charging.runSome(CHARGES, AT_ONCE, CHARGE);
  const commands = await chargeRemotely(charging, emsp);
  for (const shown of charging.shown()) screen.say(`charge ${shown.id}: ${shown.kwh} kWh, ${shown.cost.excl_vat.toFixed(2)} ${shown.currency}`);
  let charged: readonly Compared[] = [];
  await waitUntil(
    async () => {
      charged = [await compared('sessions', cpo, emsp), await compared('cdrs', cpo, emsp)];
      return charged.every(({ differences }) => differences.length === 0);
    },
    { what: 'the eMSP has all sessions and CDRs', timeoutMs: CHARGES_LIMIT, intervalMs: 250 },
  );
  await pullAll(stranger);
  let strangers = 0;
  for (const module of ['tokens', 'sessions', 'cdrs']) for await (const _ of stranger.list(module)) strangers += 1;
  return { strangers, charged, commands };
}

/** Drivers with an app start charges and stop them; how many commands were carried out. */
async function chargeRemotely(charging: ChargingDemo, emsp: RoamingApiClient): Promise<number> {
  const over = new AbortController();
  const backend = charging.takeCommands({ ...CHARGE, updates: 200 }, over.signal);
  try {
    const charges = await Promise.all(Array.from({ length: REMOTE_CHARGES }, (_, number) => charging.byApp(emsp, number, CHARGE.kwh)));
    return charges.flatMap((charge) => (charge ? [charge.start, charge.stop] : [])).length;
  } finally {
    over.abort();
    await backend;
  }
}

/** Lets a platform pull everything from its first partner once more. */
async function pullAll(api: RoamingApiClient): Promise<void> {
  const before = fullCrawls(await api.status());
  const peer = (await api.status()).peers.find(({ state }) => state === 'registered');
  const { started } = await api.call<{ started: number }>('POST', `/v1/peers/${peer?.id ?? ''}/pull`, { full: true });
  await waitUntil(async () => fullCrawls(await api.status().catch(() => undefined)) >= before + started, {
    what: 'everything was pulled once more',
    timeoutMs: SETTLE_LIMIT,
    intervalMs: 250,
  });
}

async function watchUntil(demo: Demo, screen: Screen, reached: (statuses: ReadonlyMap<string, PlatformStatus>) => boolean): Promise<void> {
  const limit = Date.now() + SETTLE_LIMIT;
  let shown = 0;
  while (Date.now() < limit) {
    const statuses = await statusesOf(demo).catch(() => new Map<string, PlatformStatus>()); // a service that is being restarted: asked again
    if (Date.now() - shown >= screen.interval && statuses.size > 0) {
      screen.show(liveTable(statuses), statusLine(statuses));
      shown = Date.now();
    }
    if (statuses.size > 0 && reached(statuses)) {
      screen.end();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`the two sides did not settle within ${SETTLE_LIMIT / 60_000} minutes`);
}
