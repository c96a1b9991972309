import type { ModuleDeclaration } from '@roamgrid/modules';
import { RoamgridError, type ReplayRequest } from '@roamgrid/runtime';
import type { ReplayChoice } from '../rows/delivery-rows';

/**
 * What a request has sent again, and of which modules; `modules` are those that it names. What is charged for (CDRs) goes a second
 * time only where it is named by its key, or was never taken: a peer that does not know it again would charge it twice (CDR-08).
 * Throws parameter.invalid for a request that names none or several of key, since and dead, or one that cannot be.
 */
export function replayChoice(
  request: ReplayRequest,
  modules: readonly ModuleDeclaration[],
): { readonly choice: ReplayChoice; readonly modules: readonly string[] } {
  const { key, since, dead, module } = request;
  if ([key, since, dead].filter((each) => each !== undefined).length !== 1) throw invalid('one of key, since and dead must be given');
  const ids = modules.map(({ id }) => id);
  if (key !== undefined) {
    if (module === '' || key === '') throw invalid('key: must name an object, and module its module');
    return { choice: { key }, modules: ids };
  }
  if (since === undefined) {
    if (dead !== true) throw invalid('dead: must be true');
    return { choice: 'dead', modules: ids };
  }
  if (!(since > 0)) throw invalid(`since: ${since}, must be a moment in epoch milliseconds`);
  const repeatable = modules.filter(({ immutable }) => !immutable).map(({ id }) => id);
  if (module !== '' && repeatable.length === 0) throw invalid(`since: what was sent of ${module} is sent again only by key`);
  return { choice: { since }, modules: repeatable };
}

function invalid(message: string): RoamgridError {
  return new RoamgridError('parameter.invalid', message);
}
