import { partyKey } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import { servedIds, type Backend } from '../backend';
import { jsonReader } from '../http/read-json';
import { pathParameter, sendJson, type Handler } from '../http/route';
import type { Creation } from '../idempotency/idempotent';
import { currentKey } from './current-key';
import type { KeyDocument } from './key-document';
import type { KeyGrant } from './key-ring';
import { keyGrantSchema } from './key-schemas';

/** A key as it is shown: all but its hash. */
interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  readonly parties: readonly string[] | null;
  readonly modules: readonly string[] | null;
  readonly created: string;
  readonly created_by: string;
  readonly last_used: string | null;
  readonly revoked: string | null;
}

/** All keys that were made here, revoked ones too, oldest first. */
export function listKeys({ keys }: Backend): Handler {
  return async (_request, response) => {
    sendJson(response, 200, { items: (await keys.list()).map(viewKey) });
  };
}

/** Makes a key; this answer is the only one that ever shows it. Throws object.invalid. */
export function createKey(backend: Backend): Creation {
  const read = jsonReader<KeyGrant>(keyGrantSchema);
  return async (request) => {
    const grant = read(request);
    checkReach(grant);
    checkParties(grant, backend);
    checkModules(grant, backend);
    const { key, document } = await backend.keys.create(grant, currentKey()?.name ?? '');
    const location = `${backend.publicUrl}/v1/keys/${encodeURIComponent(document._id)}`;
    return { status: 201, headers: { location, 'cache-control': 'no-store' }, body: { ...viewKey(document), key } };
  };
}

/** Ends a key, as often as it is asked. Throws object.unknown. */
export function revokeKey({ keys }: Backend): Handler {
  return async (request, response) => {
    const id = pathParameter(request, 'id');
    const document = await keys.revoke(id);
    if (!document) throw new RoamgridError('object.unknown', `there is no key ${JSON.stringify(id.slice(0, 64))}`);
    sendJson(response, 200, viewKey(document));
  };
}

/** Peers, and what is on its way to them, belong to all parties, and who makes keys could make a wider one. */
function checkReach({ rights, parties, modules }: KeyGrant): void {
  const wide = rights.find((right) => right === 'peers' || right === 'operations' || right === 'admin');
  if (wide === undefined || (parties === undefined && modules === undefined)) return;
  throw new RoamgridError('object.invalid', `/rights: ${wide} cannot be limited to parties or modules`);
}

/** A party that is misspelt would make a key that opens nothing, and nobody would know why. */
function checkParties({ parties = [] }: KeyGrant, { directory }: Backend): void {
  const hosted = directory.platform?.parties.map(partyKey);
  if (!hosted) return;
  const unknown = parties.filter((party) => !hosted.includes(party));
  if (unknown.length === 0) return;
  throw new RoamgridError('object.invalid', `/parties: not hosted here: ${unknown.join(', ')}; expected of ${[...new Set(hosted)].join(', ')}`);
}

function checkModules({ modules = [] }: KeyGrant, backend: Backend): void {
  const known = servedIds(backend);
  const unknown = modules.filter((module) => !known.includes(module));
  if (unknown.length === 0) return;
  throw new RoamgridError('object.invalid', `/modules: expected of ${known.join(', ')}`);
}

function viewKey({ _id, name, rights, parties, modules, created, createdBy, lastUsed, revoked }: KeyDocument): KeyView {
  return {
    id: _id,
    name,
    rights,
    parties,
    modules,
    created: created.toISOString(),
    created_by: createdBy,
    last_used: lastUsed?.toISOString() ?? null,
    revoked: revoked?.toISOString() ?? null,
  };
}
