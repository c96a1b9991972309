import { defineContract, type StreamCall, type UnaryCall } from './contract';
import type { PartyRole } from './objects';

/** The TypeScript face of protos/roamgrid/credentials/v1/credentials.proto; the comments stand there. */
export interface HostedParty extends PartyRole {
  /** JSON of OCPI's BusinessDetails. */
  readonly business_details: Buffer;
}

export interface Endpoint {
  readonly identifier: string;
  readonly role: string;
  readonly url: string;
}

export interface InboundToken {
  readonly hash: string;
  readonly scope: 'registration' | 'all';
  /** Epoch milliseconds; 0: never. */
  readonly expires: number;
}

export type PeerState = 'invited' | 'connecting' | 'registered' | 'removed';

export interface Peer {
  readonly id: string;
  readonly name: string;
  readonly state: PeerState;
  readonly version: string;
  readonly versions_url: string;
  readonly roles: readonly HostedParty[];
  readonly endpoints: readonly Endpoint[];
  readonly inbound_tokens: readonly InboundToken[];
  readonly outbound_token: string;
  readonly rev: number;
  readonly quirks: Readonly<Record<string, string>>;
  readonly last_error?: string;
}

export interface Platform {
  readonly versions_url: string;
  readonly parties: readonly HostedParty[];
}

export interface DirectoryEvent {
  readonly platform?: Platform | null;
  readonly peer?: Peer | null;
  readonly complete: boolean;
}

export interface CredentialsCall {
  readonly peer_id: string;
  readonly token_hash: string;
  readonly version: string;
  readonly json: Buffer;
}

export interface CredentialsReply {
  readonly json: Buffer;
  readonly peer: Peer;
}

export interface InviteReply {
  readonly peer: Peer;
  readonly token: string;
  readonly versions_url: string;
}

export interface InviteRequest {
  readonly name: string;
  readonly quirks?: Readonly<Record<string, string>>;
}

export interface ConnectRequest {
  readonly name: string;
  readonly versions_url: string;
  readonly token: string;
  readonly quirks?: Readonly<Record<string, string>>;
}

export interface SetQuirksRequest {
  readonly peer_id: string;
  readonly quirks: Readonly<Record<string, string>>;
  readonly reset: readonly string[];
  readonly replace: boolean;
}

export interface CredentialsCalls {
  Watch: StreamCall<{ readonly with_outbound_tokens: boolean }, DirectoryEvent>;
  Authenticate: UnaryCall<{ readonly token_hash: string }, Peer>;
  Show: UnaryCall<CredentialsCall, CredentialsReply>;
  Register: UnaryCall<CredentialsCall, CredentialsReply>;
  Update: UnaryCall<CredentialsCall, CredentialsReply>;
  Unregister: UnaryCall<CredentialsCall, CredentialsReply>;
  Invite: UnaryCall<InviteRequest, InviteReply>;
  Connect: UnaryCall<ConnectRequest, Peer>;
  Renew: UnaryCall<{ readonly peer_id: string }, Peer>;
  Disconnect: UnaryCall<{ readonly peer_id: string }, Peer>;
  ListPeers: UnaryCall<Record<string, never>, { readonly peers: readonly Peer[] }>;
  SetQuirks: UnaryCall<SetQuirksRequest, Peer>;
}

export const credentialsContract = defineContract<CredentialsCalls>(
  'roamgrid/credentials/v1/credentials.proto',
  'roamgrid.credentials.v1.Credentials',
);
