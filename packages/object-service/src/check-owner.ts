import type { ModuleDeclaration } from '@roamgrid/modules';
import { partyKey, type Party } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type Caller } from '@roamgrid/runtime';
import type { ObjectDocument } from '@roamgrid/store';

/**
 * Nobody creates or edits what is not theirs, decided here and nowhere else: the party must be one of the caller's and hold
 * the role that owns the module (TRN-68, RTE-13); where the role alone owns it, the caller must have that role, and may name any
 * party (HCI-18). Throws party.not_yours or party.role_missing.
 */
export function checkOwner(module: ModuleDeclaration, caller: Caller, party: Party): void {
  if (module.ownedBy === 'role') return checkRole(module, caller);
  const key = partyKey(party);
  const roles = caller.roles.filter((role) => partyKey(role) === key).map(({ role }) => role);
  if (roles.length === 0) {
    const whose = caller.origin === OWN ? 'hosted by this platform' : 'of the calling platform';
    throw new RoamgridError('party.not_yours', `${key} is no party ${whose}`);
  }
  if (!roles.includes(module.owner)) {
    throw new RoamgridError(
      'party.role_missing',
      `${module.id} belong to the role ${module.owner}; ${key} has ${roles.join(', ')}`,
    );
  }
}

function checkRole({ id, owner }: ModuleDeclaration, { roles }: Caller): void {
  if (roles.some(({ role }) => role === owner)) return;
  const found = roles.map((role) => `${partyKey(role)} (${role.role})`).join(', ') || 'none';
  throw new RoamgridError('party.role_missing', `${id} belong to the role ${owner}; the caller's parties are ${found}`);
}

/** An object that came from elsewhere stays with who brought it, even where two callers claim one party. */
export function checkOrigin(caller: Caller, present: ObjectDocument | undefined): void {
  if (present && present.origin !== caller.origin) {
    throw new RoamgridError('party.not_yours', `${present._id} belongs to another platform`);
  }
}
