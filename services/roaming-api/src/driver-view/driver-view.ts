import type { Location } from '@roamgrid/modules';
import { foldCase, partyKey, type Party } from '@roamgrid/ocpi';
import { isOpenAt } from './opening';

/** A token that a driver has: what a Location can name it by, and the eMSP that issued it. */
export interface DriverToken extends Partial<Party> {
  readonly uid?: string;
  readonly type?: string;
  readonly visual_number?: string;
  readonly issuer?: string;
  readonly group_id?: string;
}

/** What is known beside the Location. */
export interface ViewContext {
  readonly tokens: readonly DriverToken[];
  /** Epoch milliseconds. */
  readonly at: number;
  /** `CC*PID` of our own eMSPs. */
  readonly ownEmsps: ReadonlySet<string>;
  /** The business_details of the owning party’s role. */
  readonly ownerDetails: unknown;
}

/** What a driver app may show of a Location; `shown` false tells why, and nothing else. */
export type DriverView =
  | { readonly shown: false; readonly reason: 'expired' | 'not_published' }
  | {
      readonly shown: true;
      readonly reason: 'published' | 'token_allowed';
      /** Whether one of the tokens that it is shown to is of ours (LOC-40). */
      readonly may_start: boolean;
      readonly open: boolean | null;
      readonly may_charge: boolean;
      readonly location: Readonly<Record<string, unknown>>;
    };

type Evse = NonNullable<Location['evses']>[number];
type PublishToken = NonNullable<Location['publish_allowed_to']>[number];

/**
 * What a driver may see of a Location: unpublished ones only who has a listed token (LOC-36, LOC-37), none without a valid
 * EVSE (LOC-27), no REMOVED EVSE (LOC-26), the operator or else the owner’s business_details (LOC-53, CRD-40), one status an
 * EVSE and none for its Connectors (LOC-59). A session may be started with a token of our own only (LOC-40).
 */
export function driverView(location: Location, { tokens, at, ownEmsps, ownerDetails }: ViewContext): DriverView {
  const evses = (location.evses ?? []).filter(({ status }) => status !== 'REMOVED');
  if (evses.length === 0) return { shown: false, reason: 'expired' };
  const allowed = location.publish ? tokens : tokens.filter((token) => isAllowed(location, token));
  if (!location.publish && allowed.length === 0) return { shown: false, reason: 'not_published' };
  const open = isOpenAt(location, at);
  const { publish_allowed_to: _names, ...visible } = location;
  return {
    shown: true,
    reason: location.publish ? 'published' : 'token_allowed',
    may_start: allowed.some((token) => ownEmsps.has(ownerOf(token))),
    open: open ?? null,
    may_charge: open !== false || location.charging_when_closed !== false,
    location: { ...visible, operator: location.operator ?? ownerDetails ?? null, evses: evses.map(withoutConnectorStatus) },
  };
}

/** All fields that one entry sets have to be the token’s; entries are never mixed (LOC-37). */
function isAllowed({ publish_allowed_to }: Location, token: DriverToken): boolean {
  return (publish_allowed_to ?? []).some((entry) => {
    const set = Object.entries(entry).filter(([name, value]) => value !== null && name in MATCHING);
    return set.length > 0 && set.every(([name, value]) => MATCHING[name as keyof PublishToken](String(value), token));
  });
}

type Matches = (wanted: string, token: DriverToken) => boolean;

/** CiStrings in any case of letters, strings and the enum as they are. */
const MATCHING: Readonly<Record<keyof PublishToken, Matches>> = {
  uid: (wanted, { uid }) => uid !== undefined && foldCase(uid) === foldCase(wanted),
  type: (wanted, { type }) => type === wanted,
  visual_number: (wanted, { visual_number }) => visual_number === wanted,
  issuer: (wanted, { issuer }) => issuer === wanted,
  group_id: (wanted, { group_id }) => group_id !== undefined && foldCase(group_id) === foldCase(wanted),
};

function ownerOf({ country_code = '', party_id = '' }: DriverToken): string {
  return partyKey({ country_code, party_id });
}

function withoutConnectorStatus(evse: Evse): Evse {
  const connectors = evse.connectors.map((connector) =>
    Object.fromEntries(Object.entries(connector).filter(([name]) => name !== 'status')),
  );
  return { ...evse, connectors: connectors as Evse['connectors'] };
}
