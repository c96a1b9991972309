import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { readersAt, type ModuleDeclaration } from '@roamgrid/modules';
import { foldCase, Header, partyKey, readQuirks, readRouting, routingHeaders, type Party, type Routing } from '@roamgrid/ocpi';
import { actedForBy, OWN, RoamgridError, seesAll, type Caller, type Peer, type Platform } from '@roamgrid/runtime';

/** Repeats the message ids of the request, or makes them up where an older peer sends none (TRN-45 … TRN-49). */
export function echoMessageIds(request: IncomingMessage, response: ServerResponse): void {
  for (const name of [Header.RequestId, Header.CorrelationId]) response.setHeader(name, request.headers[name.toLowerCase()] ?? randomUUID());
}

/**
 * Reads the routing of a request to a functional module, checks that it speaks for who it comes from (RTE-08) and to who is
 * here (RTE-09), and answers with the two swapped (RTE-05). Of a peer with the quirk that its headers are not to be checked
 * they are not read either. Throws parameter.invalid, party.not_hosted.
 */
export function readCheckedRouting(request: Request, response: Response, peer: Peer, platform: Platform): Routing {
  if (!readQuirks(peer.quirks).check_routing) return {};
  const { problem, ...routing } = readRouting(request.headers);
  if (problem !== undefined) throw new RoamgridError('parameter.invalid', problem);
  for (const [name, value] of Object.entries(routingHeaders({ to: routing.from, from: routing.to }))) response.setHeader(name, value);
  if (routing.from && !speaksFor(peer, routing.from)) {
    throw new RoamgridError('parameter.invalid', `OCPI-from: ${partyKey(routing.from)} is no party of the calling platform`);
  }
  if (routing.to && !platform.parties.some((party) => sameParty(party, routing.to))) {
    throw new RoamgridError('party.not_hosted', `OCPI-to: ${partyKey(routing.to)} is not hosted here`);
  }
  return routing;
}

/** On a direct link a party pushes its own objects only; a hub forwards those of others (RTE-12). */
export function checkSpeaker(peer: Peer, routing: Routing, owner: Party): void {
  if (routing.from && !isHub(peer) && !sameParty(routing.from, owner)) {
    throw new RoamgridError('parameter.invalid', `OCPI-from is ${partyKey(routing.from)}, the URL names ${partyKey(owner)}`);
  }
}

/**
 * Lists are for parties whose role the module interests (ROL-12, RTE-13): the one that OCPI-from names, else any of the
 * peer's. Throws party.role_missing.
 */
export function checkReader({ id, interested }: ModuleDeclaration, peer: Peer, { from }: Routing): void {
  if (isHub(peer)) return;
  const asking = from ? peer.roles.filter((role) => sameParty(role, from)) : peer.roles;
  const wanted: readonly string[] = interested;
  if (asking.some(({ role }) => wanted.includes(role))) return;
  const found = asking.map((role) => `${partyKey(role)} has ${role.role}`).join(', ');
  throw new RoamgridError('party.role_missing', `${id} are listed for the roles ${wanted.join(', ')}; ${found}`);
}

/**
 * Whose objects a list shows: what is our own; where a party is addressed that passes on what it received (or none is, and
 * there is one), everything (ROL-05). Empty stands for every origin.
 */
export function listedOrigin({ passedOnBy }: ModuleDeclaration, platform: Platform, { to }: Routing): string {
  const passing: readonly string[] = passedOnBy;
  const addressed = platform.parties.filter((party) => !to || sameParty(party, to));
  return addressed.some(({ role }) => passing.includes(role)) ? '' : OWN_OBJECTS;
}

/** For whose sake a list shows what our parties received, too (see {@link actedForBy}): of those the one that OCPI-to names, else all. */
export function alsoListedFor(module: ModuleDeclaration, peer: Peer, platform: Platform, { to }: Routing): readonly Party[] {
  return actedForBy(peer, module, platform).filter((party) => !to || sameParty(party, to));
}

/** The peer as the writer of objects of a module; without a party in the URL it writes as the one that OCPI-from names (RTE-12). */
export function callerOf(module: ModuleDeclaration, peer: Peer, platform: Platform, from?: Party): Caller {
  return { origin: peer.id, roles: speakingRoles(peer, from), hosted: readersAt(module, platform.parties) };
}

/** The roles with which a peer speaks: those of the party that OCPI-from names, else all. */
export function speakingRoles(peer: Peer, from: Party | undefined): Peer['roles'] {
  return from && !isHub(peer) ? peer.roles.filter((role) => sameParty(role, from)) : peer.roles;
}

/** For whom a peer reads objects that have an audience: the party that OCPI-from names, else any of its own (CDR-01, SES-22). */
export function readersOf(module: ModuleDeclaration, peer: Peer, { from }: Routing): readonly Party[] {
  if (!module.audience || seesAll(module, peer)) return [];
  const asking = from && !isHub(peer) ? [from] : peer.roles;
  return [...new Map(asking.map(({ country_code, party_id }) => [partyKey({ country_code, party_id }), { country_code, party_id }])).values()];
}

/** What the sender interface shows: objects of our own. */
export const OWN_OBJECTS = OWN;

function speaksFor(peer: Peer, party: Party): boolean {
  return isHub(peer) || peer.roles.some((role) => sameParty(role, party));
}

function isHub(peer: Peer): boolean {
  return peer.roles.some(({ role }) => foldCase(role) === 'HUB');
}

function sameParty(party: Party, other: Party | undefined): boolean {
  return other !== undefined && partyKey(party) === partyKey(other);
}
