import { OCPI_VERSIONS, readersAt, type ModuleDeclaration, type OcpiVersion } from '@roamgrid/modules';
import { compareVersions, partyKey, readQuirks, type Party, type Quirks, type Routing } from '@roamgrid/ocpi';
import type { Caller, Peer, Platform } from '@roamgrid/runtime';

/** One module of one peer that is to be pulled. */
export interface PullTarget {
  /** `peer|module`. */
  readonly id: string;
  readonly peer: Peer;
  readonly module: ModuleDeclaration;
  readonly version: OcpiVersion;
  /** The peer's sender endpoint. */
  readonly url: string;
  /** As whom the objects are handed to the module's service. */
  readonly caller: Caller;
  readonly routing: Routing;
  /** What the list depends on: another source means that everything is to be pulled anew. */
  readonly source: string;
  readonly quirks: Quirks;
}

/**
 * What is pulled: of each registered peer the modules whose owner role it has and whose sender endpoint it offers, as
 * far as one of our parties is interested in them.
 */
export function pullJobs(
  platform: Pick<Platform, 'parties'>,
  peers: readonly Peer[],
  modules: readonly ModuleDeclaration[],
): PullTarget[] {
  return peers
    .filter(({ state }) => state === 'registered')
    .flatMap((peer) => modules.flatMap((module) => pullJob(platform, peer, module) ?? []));
}

function pullJob(platform: Pick<Platform, 'parties'>, peer: Peer, module: ModuleDeclaration): PullTarget | undefined {
  const version = OCPI_VERSIONS.find((candidate) => candidate === peer.version);
  const interested = platform.parties.find(({ role }) => module.interested.some((one) => one === role));
  const owners = peer.roles.filter(({ role }) => role === module.owner);
  const url = senderUrl(peer, module);
  if (!version || !interested || owners.length === 0 || url === undefined || !isListed(module, version))
    return undefined;
  const roles = peer.roles.map(({ role, country_code, party_id }) => ({ role, country_code, party_id }));
  const source = [url, version, ...owners.map(partyKey).sort()].join(' ');
  const routing = module.routed ? { from: partyOf(interested), to: onlyParty(owners) } : {};
  const caller = { origin: peer.id, roles, hosted: readersAt(module, platform.parties) };
  return {
    id: `${peer.id}|${module.id}`,
    peer,
    module,
    version,
    url,
    caller,
    routing,
    source,
    quirks: readQuirks(peer.quirks),
  };
}

function senderUrl(peer: Peer, module: ModuleDeclaration): string | undefined {
  return peer.endpoints.find(({ identifier, role }) => identifier === module.id && role.toUpperCase() === 'SENDER')
    ?.url;
}

function isListed(module: ModuleDeclaration, version: OcpiVersion): boolean {
  const page = module.interfaces.sender.find(({ kind }) => kind === 'page');
  return (
    module.versions[version] !== undefined && page !== undefined && compareVersions(page.since ?? version, version) <= 0
  );
}

/** A list of several parties is asked for without naming one: then it holds the objects of all (RTE-11). */
function onlyParty(owners: readonly Party[]): Party | undefined {
  const [first] = owners;
  return first && owners.every((party) => partyKey(party) === partyKey(first)) ? partyOf(first) : undefined;
}

function partyOf({ country_code, party_id }: Party): Party {
  return { country_code, party_id };
}
