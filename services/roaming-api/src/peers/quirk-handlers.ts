import type { JsonSchema } from '@roamgrid/modules';
import {
  declaredQuirks,
  quirkNameProblem,
  quirkNames,
  quirkProblem,
  quirkValues,
  type Quirk,
  type StoredQuirks,
} from '@roamgrid/ocpi';
import { RoamgridError, type SetQuirksRequest } from '@roamgrid/runtime';
import type { Backend } from '../backend';
import { jsonReader } from '../http/read-json';
import { pathParameter, sendJson, type Handler } from '../http/route';
import { findPeer } from './find-peer';

/** Quirks as they come in JSON, not judged yet. */
export type GivenQuirks = Readonly<Record<string, unknown>>;

const anyObject: JsonSchema = { type: 'object' };

/** All quirks that there are. */
export const listQuirks: Handler = (_request, response) => {
  const items = quirkNames.map((name) => viewQuirk(name, declaredQuirks[name]));
  sendJson(response, 200, { items });
};

/** The quirks that are set for a peer. Throws peer.unknown. */
export function getQuirks({ directory }: Backend): Handler {
  return async (request, response) => {
    const { quirks } = await findPeer(directory.credentials, pathParameter(request, 'id'));
    sendJson(response, 200, quirkValues(quirks));
  };
}

/** Sets exactly the quirks given. Throws peer.unknown, object.invalid. */
export function putQuirks(backend: Backend): Handler {
  return setQuirks(backend, (given) => ({ quirks: storedQuirks(given), reset: [], replace: true }));
}

/** Sets the quirks given, null bringing one back to its default, and leaves the others. Throws peer.unknown, object.invalid. */
export function patchQuirks(backend: Backend): Handler {
  return setQuirks(backend, (given) => {
    const reset = Object.keys(given).filter((name) => given[name] === null);
    refuse(reset.map(quirkNameProblem));
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    return { quirks: storedQuirks(set), reset, replace: false };
  });
}

/** Quirks as they are handed on. Throws object.invalid, naming each that is not known or has a value that it cannot have. */
export function storedQuirks(given: GivenQuirks): StoredQuirks {
  refuse(Object.entries(given).map(([name, value]) => quirkProblem(name, value)));
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

function setQuirks({ directory }: Backend, change: (given: GivenQuirks) => Omit<SetQuirksRequest, 'peer_id'>): Handler {
  const read = jsonReader<GivenQuirks>(anyObject);
  return async (request, response) => {
    const peer_id = pathParameter(request, 'id');
    const { quirks } = await directory.credentials.SetQuirks({ peer_id, ...change(read(request)) });
    sendJson(response, 200, quirkValues(quirks));
  };
}

function refuse(problems: readonly (string | undefined)[]): void {
  const told = problems.filter((problem) => problem !== undefined);
  if (told.length > 0) throw new RoamgridError('object.invalid', told.join('; '));
}

function viewQuirk(name: string, { schema, expected, standard, otherwise, changes, when, actsIn }: Quirk): GivenQuirks {
  return { name, schema, expected, default: standard ?? otherwise, changes, needed_when: when, acts_in: actsIn };
}
