import { Schema } from 'mongoose';
import type { Endpoint, InboundToken, Peer, PeerState } from '@roamgrid/runtime';

/** A token that we issued to a peer. */
export interface InboundRecord extends InboundToken {
  readonly sealed: string;
  /** Sent to the peer in a PUT whose answer is still owed: it may have been taken over or not (CRD-25). */
  readonly pending: boolean;
}

/** A role of a peer; its business details as JSON, so that field names never meet the store's rules. */
export interface RoleRecord {
  readonly role: string;
  readonly country_code: string;
  readonly party_id: string;
  readonly business_details: string;
}

/** A peer as stored. */
export interface PeerDocument {
  readonly _id: string;
  readonly name: string;
  readonly state: PeerState;
  /** +1 with every change; a change names the revision it was made from. */
  readonly rev: number;
  readonly version: string;
  readonly versionsUrl: string;
  readonly roles: readonly RoleRecord[];
  readonly endpoints: readonly Endpoint[];
  readonly inbound: readonly InboundRecord[];
  /** The sealed token that the peer gave us; empty: none. */
  readonly outbound: string;
  /** Folded keys of the parties that a registered peer holds; unique over all peers (CRD-33). */
  readonly claims: readonly string[];
  readonly quirks: Readonly<Record<string, string>>;
  /** Why our last handshake with this peer failed; empty: it did not. */
  readonly lastError: string;
  readonly created: Date;
  readonly updated: Date;
}

/** What a change may set. */
export type PeerChanges = Partial<Omit<PeerDocument, '_id' | 'rev' | 'created' | 'updated'>>;

/** A peer of which nothing is known but its name. */
export function newPeer(id: string, name: string, state: PeerState, now: number): PeerDocument {
  const moment = new Date(now);
  return {
    _id: id,
    name,
    state,
    rev: 1,
    version: '',
    versionsUrl: '',
    roles: [],
    endpoints: [],
    inbound: [],
    outbound: '',
    claims: [],
    quirks: {},
    lastError: '',
    created: moment,
    updated: moment,
  };
}

/** What removes a peer: no token works any more, nothing is called any more; what it was stays readable (CRD-27). */
export const REMOVAL: PeerChanges = { state: 'removed', inbound: [], outbound: '', claims: [], endpoints: [] };

/** The peer as other services see it; `outboundToken` only for those who call peers. */
export function toPeer(document: PeerDocument, outboundToken = ''): Peer {
  return {
    id: document._id,
    name: document.name,
    state: document.state,
    version: document.version,
    versions_url: document.versionsUrl,
    roles: document.roles.map((role) => ({ ...role, business_details: Buffer.from(role.business_details) })),
    endpoints: document.endpoints,
    inbound_tokens: document.inbound.map(({ hash, scope, expires }) => ({ hash, scope, expires })),
    outbound_token: outboundToken,
    rev: document.rev,
    quirks: document.quirks,
    last_error: document.lastError,
  };
}

const role = { role: String, country_code: String, party_id: String, business_details: String };
const endpoint = { identifier: String, role: String, url: String };
const inbound = { hash: String, sealed: String, scope: String, expires: Number, pending: Boolean };

/** Name of the index that keeps a party with one peer. */
export const PARTY_INDEX = 'one_peer_a_party';

export const peerSchema = new Schema(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    state: { type: String, required: true, enum: ['invited', 'connecting', 'registered', 'removed'] },
    rev: { type: Number, required: true },
    version: String,
    versionsUrl: String,
    roles: [new Schema(role, { _id: false })],
    endpoints: [new Schema(endpoint, { _id: false })],
    inbound: [new Schema(inbound, { _id: false })],
    outbound: String,
    claims: [String],
    quirks: { type: Map, of: String },
    lastError: String,
    created: { type: Date, required: true },
    updated: { type: Date, required: true },
  },
  { versionKey: false },
);
// Partial, since a list without entries would count as one shared value.
const tokens = { partialFilterExpression: { 'inbound.hash': { $type: 'string' } } };
const parties = { partialFilterExpression: { claims: { $type: 'string' } } };
peerSchema.index({ 'inbound.hash': 1 }, { name: 'by_token', unique: true, ...tokens });
peerSchema.index({ claims: 1 }, { name: PARTY_INDEX, unique: true, ...parties });
peerSchema.index({ versionsUrl: 1, state: 1 }, { name: 'by_versions_url' });
