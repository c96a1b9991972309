import { metrics } from '@opentelemetry/api';
import { actionOf, describeProblems, OCPI_VERSIONS, type ModuleDeclaration, type OcpiVersion } from '@roamgrid/modules';
import { RoamgridError, type ActRequest, type Handlers, type ObjectsCalls } from '@roamgrid/runtime';
import type { ObjectStore } from '@roamgrid/store';
import type { AskedAction, ObjectHooks } from './object-hooks';
import { ObjectReads } from './object-reads';
import { ObjectWrites } from './object-writes';
import { readBody } from './read-body';
import { VersionReads } from './version-reads';

/** The Objects contract over the store of one module. */
export function objectHandlers(module: ModuleDeclaration, store: ObjectStore, hooks: ObjectHooks = {}): Handlers<ObjectsCalls> {
  const writes = new ObjectWrites(module, store, hooks);
  const reads = new ObjectReads(module, store);
  const past = new VersionReads(module, store);
  const outcomes = metrics.getMeter('roamgrid').createCounter('roamgrid.writes', { description: 'writes by module and outcome' });
  const counted = <Reply extends { outcome: string }>(reply: Reply): Reply => {
    outcomes.add(1, { module: module.id, outcome: reply.outcome });
    return reply;
  };
  return {
    Put: async ({ caller, version, path, json }) => counted(await writes.put(caller, known(version), path, json)),
    Post: async ({ caller, version, json }) => counted(await writes.post(caller, known(version), json)),
    Act: async (request) => ({ json: Buffer.from(JSON.stringify(await act(module, hooks, request))) }),
    Patch: async ({ caller, version, path, json }) => counted(await writes.patch(caller, known(version), path, json)),
    Delete: async ({ caller, version, path }) => counted(await writes.delete(caller, known(version), path)),
    PutMany: async ({ caller, version, objects }) => ({
      results: (await writes.putMany(caller, known(version), objects)).map(counted),
    }),
    Get: (request) => reads.get(request),
    List: (request) => reads.list(request),
    Fetch: async ({ version, keys }) => ({ objects: await reads.fetch(version, keys) }),
    Versions: (request) => past.versions(request),
    Count: async () => ({ parties: await reads.counts() }),
  };
}

function known(version: string): OcpiVersion {
  const found = OCPI_VERSIONS.find((candidate) => candidate === version);
  if (!found) throw new RoamgridError('parameter.invalid', `no OCPI version ${version} here`);
  return found;
}

/** Throws route.unknown for what is no action here, body.malformed, object.invalid, and what the action throws. */
async function act(module: ModuleDeclaration, hooks: ObjectHooks, request: ActRequest): Promise<unknown> {
  const { action, caller, version, parties, ids, json } = request;
  const declared = actionOf(module, action);
  const run = hooks.actions?.[action];
  if (!declared || !run) throw new RoamgridError('route.unknown', `${module.id} have no ${action}`);
  const body = declared.bodyOptional && isNothing(json) ? undefined : readBody(json);
  const verdict = body && declared.body.put.received(body);
  if (verdict?.ok === false) {
    throw new RoamgridError('object.invalid', `${declared.body.name}: ${describeProblems(verdict.problems)}`);
  }
  const asked: AskedAction = { caller, version, parties, ids, body };
  return run(asked);
}

/** Nothing at all, or said so (TOK-05). */
function isNothing(json: Buffer): boolean {
  return json.length < 16 && /^\s*(null|\{\s*\})?\s*$/.test(json.toString());
}
