import { endpointPath, type ConversationDeclaration, type InterfaceRole, type ModuleDeclaration, type OcpiVersion } from '@roamgrid/modules';
import { mayBeSmartCharger, type Endpoint, type Peer, type Platform } from '@roamgrid/runtime';

/** Between whom something is offered. */
export interface Parties {
  readonly platform: Platform;
  readonly peer: Pick<Peer, 'quirks' | 'roles'>;
}

/**
 * Whether our parties' roles give a module's interface a meaning (ROL-01 … ROL-06): its sender side is for platforms with a
 * party that owns such objects, passes them on, or has somebody act on them; its receiver side for those with a party that is
 * interested in them.
 */
export function isOffered(module: ModuleDeclaration, side: InterfaceRole, { platform, peer }: Parties): boolean {
  const actedOn = module.actedOnFor !== undefined && mayBeSmartCharger(peer) ? [module.actedOnFor] : [];
  const wanted: readonly string[] = side === 'SENDER' ? [module.owner, ...module.passedOnBy, ...actedOn, 'HUB'] : module.interested;
  return platform.parties.some(({ role }) => wanted.includes(role));
}

/**
 * The same of a conversation: its sender side is for those who ask, its receiver side for those who are asked; a hub has both
 * (ROL-03). An SCSP under contract asks those, too, who pass on what it asks (ROL-02).
 */
export function isConversationOffered({ asks, answers, passedOnBy }: ConversationDeclaration, side: InterfaceRole, { platform, peer }: Parties): boolean {
  const passing = passedOnBy !== undefined && mayBeSmartCharger(peer) ? [passedOnBy] : [];
  const wanted: readonly string[] = side === 'SENDER' ? asks : [answers, ...passing, 'HUB'];
  return platform.parties.some(({ role }) => wanted.includes(role));
}

/** What there is to be offered. */
export interface Offer {
  readonly modules: readonly ModuleDeclaration[];
  readonly conversations: readonly ConversationDeclaration[];
}

/** The endpoints of version details: credentials once, as SENDER (VER-05, VER-06), then what is offered. */
export function offeredEndpoints(
  { modules, conversations }: Offer,
  version: OcpiVersion,
  parties: Parties,
  publicUrl: string,
): Endpoint[] {
  const sides: readonly InterfaceRole[] = ['SENDER', 'RECEIVER'];
  const endpoint = (identifier: string, role: InterfaceRole): Endpoint => ({ identifier, role, url: publicUrl + endpointPath(version, role, identifier) });
  return [
    { identifier: 'credentials', role: 'SENDER', url: `${publicUrl}/ocpi/${version}/credentials` },
    ...modules
      .filter((module) => module.versions[version])
      .flatMap((module) =>
        sides
          .filter((side) => isOffered(module, side, parties))
          .map((side) => endpoint(module.id, side)),
      ),
    ...conversations
      .filter((module) => module.version === version)
      .flatMap((module) => sides.filter((side) => isConversationOffered(module, side, parties)).map((side) => endpoint(module.id, side))),
  ];
}
