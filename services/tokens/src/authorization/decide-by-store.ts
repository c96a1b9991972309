import type { AllowedType, AuthorizationInfo, LocationReferences, Token } from '@roamgrid/modules';

/** What is answered when a Token may charge, or may not, and where. */
export type Decision = Pick<AuthorizationInfo, 'allowed' | 'info'> & { readonly evse_uids?: readonly string[] | undefined };

/** What the Token itself says (TOK-07); where it is to be used makes no difference (TOK-10, TOK-11). */
export function decideByStore({ valid }: Pick<Token, 'valid'>): Decision {
  return { allowed: valid ? 'ALLOWED' : 'BLOCKED' };
}

/** A decision of one word. */
export function always(allowed: AllowedType): Decision {
  return { allowed };
}

/**
 * The answer to a CPO: the whole Token (TOK-12), a reference of its own (TOK-13), and the place only where charging is
 * allowed, with the EVSEs that are (TOK-09).
 */
export function authorizationInfo(
  token: Token,
  { allowed, info, evse_uids }: Decision,
  asked: LocationReferences | undefined,
  reference: string,
): AuthorizationInfo {
  const requested = asked?.evse_uids ?? [];
  const permitted = evse_uids ? requested.filter((uid) => evse_uids.includes(uid)) : requested;
  const location = asked && { location_id: asked.location_id, ...(permitted.length > 0 && { evse_uids: permitted }) };
  const isAllowed = allowed === 'ALLOWED';
  return {
    allowed,
    token,
    ...(isAllowed && location && { location }),
    ...(isAllowed && { authorization_reference: reference }),
    ...(info && { info }),
  };
}
