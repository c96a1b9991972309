import { modules, type InterfaceRole, type ModuleDeclaration, type OcpiVersion } from '@roamgrid/modules';
import type { Endpoint } from '@roamgrid/runtime';

/** What two platforms are to each other, as far as it decides which endpoints are needed. */
export interface Relation {
  readonly version: OcpiVersion;
  readonly ourRoles: readonly string[];
  /** Undefined while they have not told: then whatever their endpoints offer to our roles counts. */
  readonly theirRoles?: readonly string[] | undefined;
}

interface Needed {
  readonly identifier: string;
  readonly role: InterfaceRole;
}

/**
 * What a peer's endpoints lack, as a sentence; undefined when they do (CRD-07, CRD-08). Needed are `credentials`,
 * whatever its role (VER-07), and at least one module in which both meet: where they own or pass on (ROL-05), their SENDER
 * to pull from;
 * where they are interested, their RECEIVER to push to. A hub stands for every role.
 */
export function missingEndpoints(
  endpoints: readonly Endpoint[],
  relation: Relation,
  declared: readonly ModuleDeclaration[] = modules,
): string | undefined {
  if (!endpoints.some(({ identifier }) => identifier === 'credentials')) return 'there is no credentials endpoint';
  const needed = neededEndpoints(relation, declared);
  const theirs = relation.theirRoles?.join(', ') ?? 'not told yet';
  const roles = `our roles (${relation.ourRoles.join(', ')}) and theirs (${theirs})`;
  if (needed.length === 0) return `no module of ${relation.version} connects ${roles}`;
  const usable = needed.some((need) =>
    endpoints.some((has) => has.identifier === need.identifier && has.role === need.role),
  );
  if (usable) return undefined;
  const names = needed.map(({ identifier, role }) => `${identifier} ${role}`).join(', ');
  return `${roles} need one of ${names}, and none is listed`;
}

function neededEndpoints(
  { version, ourRoles, theirRoles }: Relation,
  declared: readonly ModuleDeclaration[],
): Needed[] {
  return declared
    .filter((module) => module.versions[version] !== undefined)
    .flatMap((module): Needed[] => {
      const pulled = (owns(module, theirRoles) && wants(module, ourRoles)) || isActedOn(module, theirRoles, ourRoles);
      const pushed = (owns(module, ourRoles) && wants(module, theirRoles)) || isActedOn(module, ourRoles, theirRoles);
      return [
        ...(pulled ? [{ identifier: module.id, role: 'SENDER' } as const] : []),
        ...(pushed ? [{ identifier: module.id, role: 'RECEIVER' } as const] : []),
      ];
    });
}

function owns(module: ModuleDeclaration, roles: readonly string[] | undefined): boolean {
  const senders: readonly string[] = [module.owner, ...module.passedOnBy, 'HUB'];
  return roles === undefined || roles.some((role) => senders.includes(role));
}

/** What the one side received is offered to an SCSP on the other, that may be under contract (CHP-24). */
function isActedOn({ actedOnFor }: ModuleDeclaration, holders: readonly string[] | undefined, actors: readonly string[] | undefined): boolean {
  return actedOnFor !== undefined && (holders?.includes(actedOnFor) ?? true) && (actors?.includes('SCSP') ?? true);
}

function wants(module: ModuleDeclaration, roles: readonly string[] | undefined): boolean {
  return roles === undefined || roles.some((role) => role === 'HUB' || module.interested.some((each) => each === role));
}
