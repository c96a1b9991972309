import { metrics } from '@opentelemetry/api';
import { OCPI_VERSIONS, type ModuleDeclaration, type OcpiVersion } from '@roamgrid/modules';
import { RoamgridError, type Handlers, type ObjectsCalls } from '@roamgrid/runtime';
import type { ObjectStore } from '@roamgrid/store';
import { ObjectReads } from './object-reads';
import { ObjectWrites } from './object-writes';

/** The Objects contract over the store of one module. */
export function objectHandlers(module: ModuleDeclaration, store: ObjectStore): Handlers<ObjectsCalls> {
  const writes = new ObjectWrites(module, store);
  const reads = new ObjectReads(module, store);
  const outcomes = metrics.getMeter('roamgrid').createCounter('roamgrid.writes', { description: 'writes by module and outcome' });
  const counted = <Reply extends { outcome: string }>(reply: Reply): Reply => {
    outcomes.add(1, { module: module.id, outcome: reply.outcome });
    return reply;
  };
  return {
    Put: async ({ caller, version, path, json }) => counted(await writes.put(caller, known(version), path, json)),
    Patch: async ({ caller, version, path, json }) => counted(await writes.patch(caller, known(version), path, json)),
    Delete: async ({ caller, version, path }) => counted(await writes.delete(caller, known(version), path)),
    PutMany: async ({ caller, version, objects }) => ({
      results: (await writes.putMany(caller, known(version), objects)).map(counted),
    }),
    Get: (request) => reads.get(request),
    List: (request) => reads.list(request),
    Fetch: async ({ version, keys }) => ({ objects: await reads.fetch(version, keys) }),
    Count: async () => ({ parties: await reads.counts() }),
  };
}

function known(version: string): OcpiVersion {
  const found = OCPI_VERSIONS.find((candidate) => candidate === version);
  if (!found) throw new RoamgridError('parameter.invalid', `no OCPI version ${version} here`);
  return found;
}
