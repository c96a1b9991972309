import { calledPeer } from '@roamgrid/ocpi-client';
import type { Credentials, OcpiVersion } from '@roamgrid/modules';
import { RoamgridError, type Clock, type Logger } from '@roamgrid/runtime';
import type { OwnPlatform } from './own-platform';
import type { Called, PeerApi } from './peer-api';
import { toPeer, type InboundRecord, type PeerDocument } from './peer-document';
import type { PeerStore } from './peer-store';
import { partiesOf } from './received-credentials';
import type { IssuedToken, TokenVault } from './token-vault';

/** What both sides of a handshake work with. */
export interface Handshake {
  readonly store: PeerStore;
  readonly vault: TokenVault;
  readonly api: PeerApi;
  readonly own: OwnPlatform;
  readonly versions: readonly OcpiVersion[];
  /** Milliseconds that a replaced token works on (CRD-24). */
  readonly grace: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes peer ids. */
  readonly ids: () => string;
}

/** A peer as one to call, with these tokens in turn, or with the one it gave us. */
export function toCalled({ vault }: Handshake, peer: PeerDocument, tokens?: readonly string[]): Called {
  const { key, tokenEncoding, quirks } = calledPeer(toPeer(peer));
  return { key, tokenEncoding, quirks, tokens: tokens ?? [vault.open(peer.outbound, peer._id)] };
}

/** A token just issued, as it is stored; expires 0: never. */
export function inboundRecord(issued: IssuedToken, scope: InboundRecord['scope'], expires = 0): InboundRecord {
  return { hash: issued.hash, sealed: issued.sealed, scope, expires, pending: false };
}

/** A token that was replaced: it works on for the grace, and never longer than it would have (CRD-24). */
export function endingSoon(record: InboundRecord, { clock, grace }: Pick<Handshake, 'clock' | 'grace'>): InboundRecord {
  const end = clock.now() + grace;
  return { ...record, expires: record.expires === 0 ? end : Math.min(record.expires, end) };
}

/** Throws object.invalid where a role names a party that we host, or that another registered peer holds (CRD-33). */
export async function refuseForeignParties(
  { store, own }: Handshake,
  peer: PeerDocument,
  credentials: Credentials,
): Promise<void> {
  const parties = partiesOf(credentials);
  const hosted = parties.filter((party) => own.hosts(party));
  if (hosted.length > 0) throw new RoamgridError('object.invalid', `roles: ${hosted.join(', ')} is hosted here`);
  const claimed = await store.claimed(parties, peer._id);
  if (claimed.length > 0)
    throw new RoamgridError('object.invalid', `roles: ${claimed.join(', ')} is registered by another peer`);
}

/** A version that we speak; throws peer.version_unsupported for others. */
export function ourVersion({ versions }: Handshake, version: string): OcpiVersion {
  const known = versions.find((each) => each === version);
  if (known) return known;
  throw new RoamgridError('peer.version_unsupported', `OCPI ${version} is not spoken here; ${versions.join(', ')} is`);
}
