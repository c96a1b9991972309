import type { InterfaceRole, ModuleDeclaration, OcpiVersion } from '@roamgrid/modules';
import type { Endpoint, Platform } from '@roamgrid/runtime';
import { endpointPath } from './module-route';

/**
 * Whether our parties' roles give a module's interface a meaning (ROL-01 … ROL-06): its sender side is for platforms with a
 * party that owns such objects or passes them on, its receiver side for those with a party that is interested in them.
 */
export function isOffered(module: ModuleDeclaration, side: InterfaceRole, platform: Platform): boolean {
  const wanted: readonly string[] = side === 'SENDER' ? [module.owner, ...module.passedOnBy, 'HUB'] : module.interested;
  return platform.parties.some(({ role }) => wanted.includes(role));
}

/** The endpoints of version details: credentials once, as SENDER (VER-05, VER-06), then what is offered. */
export function offeredEndpoints(
  modules: readonly ModuleDeclaration[],
  version: OcpiVersion,
  platform: Platform,
  publicUrl: string,
): Endpoint[] {
  const sides: readonly InterfaceRole[] = ['SENDER', 'RECEIVER'];
  return [
    { identifier: 'credentials', role: 'SENDER', url: `${publicUrl}/ocpi/${version}/credentials` },
    ...modules
      .filter((module) => module.versions[version])
      .flatMap((module) =>
        sides
          .filter((side) => isOffered(module, side, platform))
          .map((side) => ({ identifier: module.id, role: side, url: publicUrl + endpointPath(version, side, module.id) })),
      ),
  ];
}
