import { isDeepStrictEqual } from 'node:util';
import { adviseOn, schemaAt, withoutNulls, type ModuleId } from '@roamgrid/modules';
import { joinUrl } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import { TlsFront } from '../hooks/tls-front';
import type { Invitation, OwnWrite, PlatformHooks } from '../target/platform-hooks';
import { askEmsp } from './trial-asking';
import { connect } from './trial-connect';
import { driverView } from './trial-driver';
import { pushToAll } from './trial-push';
import { isWrongCredit } from './trial-receiver';
import { isHeld, TrialPlatform, type Held } from './trial-platform';

/** What the trial platform does on its own, and what its operator and its own systems can do. */
export function trialHooks(platform: TrialPlatform): PlatformHooks {
  const sites = new Map<string, string>();
  return {
    invite: () => Promise.resolve(invitationOf(platform)),
    seed: async (module, objects) => {
      for (const object of objects) await store(platform, held(module), object);
    },
    patch: (module, path, changes) => store(platform, held(module), patched(platform, held(module), path, changes)),
    write: async (module, objects) => {
      const written: OwnWrite[] = [];
      for (const object of objects) written.push(await write(platform, held(module), object, sites));
      return written;
    },
    remove: (module, path) => remove(platform, held(module), path),
    driverView: (path, driver) => Promise.resolve(driverView(platform, path, driver.tokens)),
    authorize: async (token) => platform.conversations.asked.settled(token) ?? (await askEmsp(platform, token)),
    conversations: platform.conversations.hooks,
    report: () => {
      const seen = platform.defects.has('operators see tokens') ? platform.peers : platform.peers.map(({ endpoints }) => endpoints);
      return Promise.resolve(JSON.stringify(seen));
    },
    logs: () => Promise.resolve(platform.logged.join('\n')),
    connect: (_name, invitation, quirks) => connect(platform, invitation, quirks),
    withRoles: async (roles, { authorization, budget, tls = false } = {}) => {
      const parties = roles.map((role, index) => [role, `TX${index}`] as const);
      const front = tls ? await TlsFront.start() : undefined;
      const traits = { ...(authorization && { authorization }), ...(budget && { budget }), ...(front && { publicUrl: front.url }) };
      const other = new TrialPlatform(platform.host, platform.defects, platform.random, parties, traits);
      front?.leadTo(new URL(other.innerUrl).origin);
      const seed = trialHooks(other).seed ?? (() => Promise.resolve());
      const invite = (): Promise<Invitation> => Promise.resolve({ ...invitationOf(other), ...(front && { ca: front.ca }) });
      return { invite, seed, stop: () => front?.close() ?? Promise.resolve() };
    },
    breakDown: (module) => {
      platform.broken.add(module);
      return Promise.resolve(() => Promise.resolve(void platform.broken.delete(module)));
    },
  };
}

function invitationOf(platform: TrialPlatform): { versionsUrl: string; token: string } {
  return { versionsUrl: joinUrl(platform.url, 'versions'), token: platform.invite().token };
}

function held(module: ModuleId): Held {
  if (isHeld(module)) return module;
  throw new Error(`the trial platform has no ${module}`);
}

async function store(platform: TrialPlatform, module: Held, given: JsonObject): Promise<void> {
  const { object, before } = platform[module].seed(spoilt(platform, given));
  await pushToAll(platform, module, object, before);
}

/** What some platforms make of values on their way. */
function spoilt({ defects }: TrialPlatform, object: JsonObject): JsonObject {
  let text = JSON.stringify(object);
  if (defects.has('statuses are mapped')) text = text.replaceAll('"OUTOFORDER"', '"INOPERATIVE"');
  if (defects.has('one tariff a Connector')) text = text.replaceAll(/"tariff_ids":\[("[^"]*")[^\]]*\]/g, '"tariff_ids":[$1]');
  if (defects.has('prices with VAT')) text = text.replaceAll(/"price":([\d.]+)/g, (_, price) => `"price":${Number(price) * 1.21}`);
  return JSON.parse(text) as JsonObject;
}

function patched(platform: TrialPlatform, module: Held, path: readonly string[], changes: JsonObject): JsonObject {
  const [, , id, uid] = path;
  const object = platform[module].own.find((each) => each['id'] === id) ?? {};
  if (uid === undefined) return { ...object, ...changes };
  const evses = listField(object, 'evses').map((evse) =>
    isJsonObject(evse) && evse['uid'] === uid ? { ...evse, ...changes } : evse,
  );
  return { ...object, evses, last_updated: changes['last_updated'] };
}

async function write(platform: TrialPlatform, module: Held, object: JsonObject, sites: Map<string, string>): Promise<OwnWrite> {
  const refusal = refusalOf(platform, module, object);
  if (refusal !== undefined) return { taken: false, warnings: [], said: refusal };
  const rows = adviseOn(platform[module].module, object).map(({ row }) => row);
  if (module === 'locations') rows.push(...rowsBeside(platform, object, sites));
  await store(platform, module, object);
  return { taken: true, warnings: platform.defects.has('no warnings') ? [] : rows, said: rows.join(' ') };
}

/** Why the platform's own systems may not write an object. */
function refusalOf(platform: TrialPlatform, module: Held, object: JsonObject): string | undefined {
  const { defects } = platform;
  const { module: declared } = platform[module];
  const verdict = schemaAt(declared, '2.2.1').put.own(withoutNulls(object));
  if (!verdict.ok && !defects.has('line ends are sent')) return 'invalid';
  if (isWrongCredit(platform, object, 'own')) return 'no credit of that';
  const before = platform[module].ownLike(object);
  const isFixed = declared.immutable && before !== undefined && !isDeepStrictEqual(before, object);
  const isOver = declared.final !== undefined && before?.['status'] === 'COMPLETED' && object['status'] !== 'COMPLETED';
  return (isFixed || isOver) && !defects.has('what is over is changed') ? 'over' : undefined;
}

/** Rows that other objects decide: a second Location at a site, two tariffs of one type at one time. */
function rowsBeside(platform: TrialPlatform, object: JsonObject, sites: Map<string, string>): string[] {
  const site = JSON.stringify([object['address'], object['coordinates'], object['publish']]);
  const id = String(object['id']);
  const isSecond = (sites.get(site) ?? id) !== id;
  sites.set(site, id);
  const ids = listField(object, 'evses', 0, 'connectors', 0, 'tariff_ids');
  const [one, other] = platform.tariffs.own.filter((tariff) => ids.includes(tariff['id']));
  const takeTurns = one?.['end_date_time'] === other?.['start_date_time'] && one?.['end_date_time'] !== undefined;
  return [...(isSecond ? ['LOC-43'] : []), ...(one && other && !takeTurns ? ['LOC-56'] : [])];
}

async function remove(platform: TrialPlatform, module: Held, path: readonly string[]): Promise<OwnWrite> {
  const object = platform[module].own.find((each) => each['id'] === path[2]);
  if (!object || !platform[module].module.deletable) return { taken: false, warnings: [], said: 'unknown, or never deleted' };
  const connectors = platform.locations.own.flatMap((location) => listField(location, 'evses')).flatMap((evse) => listField(evse, 'connectors'));
  const used = connectors.some((connector) => listField(connector, 'tariff_ids').includes(field(object, 'id')));
  if (used && !platform.defects.has('used tariffs are deleted')) return { taken: false, warnings: [], said: 'in use' };
  platform[module].removeOwn(object);
  await pushToAll(platform, module, object, undefined, 'DELETE');
  return { taken: true, warnings: [], said: textField(object, 'id') ?? '' };
}
