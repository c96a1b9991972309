import type { ConversationId, CredentialsRole, ModuleId, Role } from '@roamgrid/modules';
import { partyKey, type Party } from '@roamgrid/ocpi';
import { CheckFailure, NotCovered } from '../check/check-failure';
import { expectSuccess } from '../check/expect';
import { isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import type { CallOptions, Method, PlatformClient } from '../http/platform-client';
import type { RecordedRequest } from '../peer/recorded-request';
import type { ScriptedPeer } from '../peer/scripted-peer';
import type { Candidate } from './candidate';
import type { Invitation } from './platform-hooks';
import { ReceiverInterface } from './receiver-interface';
import { SenderInterface } from './sender-interface';
import { endpointUrl } from './version-details';

/** Roles that take part in a module besides its owner; the platform's party of such a role is addressed. */
const TAKERS: readonly Role[] = ['EMSP', 'NSP', 'NAP', 'SCSP', 'OTHER', 'HUB', 'CPO'];
/** The same for what an eMSP owns. */
const TOKEN_TAKERS: readonly Role[] = ['CPO', 'HUB', 'NSP', 'NAP', 'SCSP', 'OTHER'];

/** A list of sessions needs a date_from (SES-02). */
const SINCE_EVER = { date_from: '2001-01-01T00:00:00Z' };

/** A peer that is registered at the platform. */
export class Registration {
  readonly peer: ScriptedPeer;
  readonly invitation: Invitation;
  readonly versions: Answer;
  readonly details: Answer;
  readonly credentialsUrl: string;
  /** Token A, B (for calls to the peer) and C (for calls to the platform), as they were at the registration. */
  readonly tokens: { readonly a: string; readonly b: string; readonly c: string };
  client: PlatformClient;

  constructor(
    candidate: Candidate,
    tokenB: string,
    /** What the POST of credentials was answered with. */
    readonly answer: Answer,
    /** What the platform asked of the peer while that POST was open. */
    readonly callBacks: readonly RecordedRequest[],
  ) {
    this.peer = candidate.peer;
    this.invitation = candidate.invitation;
    this.versions = candidate.versions;
    this.details = candidate.details;
    this.credentialsUrl = candidate.credentialsUrl;
    this.tokens = { a: candidate.invitation.token, b: tokenB, c: textField(answer.data, 'token') ?? '' };
    this.client = candidate.client.withToken(this.tokens.c);
  }

  /** The platform's roles, as its Credentials object has them. */
  get platformRoles(): readonly JsonObject[] {
    return listField(this.answer.data, 'roles').filter(isJsonObject);
  }

  /** The platform's parties with a role, each once. */
  platformParties(role: string): readonly Party[] {
    const parties = this.platformRoles
      .filter((each) => each['role'] === role)
      .map((each) => ({
        country_code: textField(each, 'country_code') ?? '',
        party_id: textField(each, 'party_id') ?? '',
      }));
    return parties.filter(
      (party, index) => parties.findIndex((other) => partyKey(other) === partyKey(party)) === index,
    );
  }

  /** The peer's first party with a role. */
  party(role: Role, index = 0): Party {
    const found: CredentialsRole | undefined = this.peer.roles.filter((each) => each.role === role)[index];
    if (!found) throw new NotCovered(`needs a party number ${index + 1} with role ${role}`);
    return { country_code: found.country_code, party_id: found.party_id };
  }

  call(method: Method, url: string, options?: CallOptions): Promise<Answer> {
    return this.client.call(method, url, options);
  }

  has(module: ConversationId | ModuleId, role: 'SENDER' | 'RECEIVER'): boolean {
    return endpointUrl(this.details, module, role) !== undefined;
  }

  /** The interface that takes this peer's objects, spoken to as the peer's party of that role. */
  receiver(module: ModuleId, owner: Role = module === 'tokens' ? 'EMSP' : 'CPO', index = 0): ReceiverInterface {
    const takers = owner === 'EMSP' ? TOKEN_TAKERS : TAKERS.filter((role) => role !== owner);
    const to = takers.flatMap((role) => this.platformParties(role))[0];
    const party = this.party(owner, index);
    return new ReceiverInterface(this, this.endpoint(module, 'RECEIVER'), party, { from: party, to });
  }

  /** The interface that lists the platform's objects; without `to`, those of all its parties. Tokens are read by CPOs. */
  sender(module: ModuleId): SenderInterface {
    const reader = this.party(module === 'tokens' ? 'CPO' : 'EMSP');
    return new SenderInterface(this, this.endpoint(module, 'SENDER'), reader, module === 'sessions' ? SINCE_EVER : {});
  }

  /** GET of the platform's Credentials object. */
  credentials(): Promise<Answer> {
    return this.call('GET', this.credentialsUrl);
  }

  /** PUT of credentials, by default the peer's own with a fresh token; the new token is used from then on. */
  async update(credentials: unknown = this.peer.credentials()): Promise<Answer> {
    const answer = await this.call('PUT', this.credentialsUrl, { body: credentials });
    const token = textField(expectSuccess(answer), 'token');
    if (token === undefined) throw new CheckFailure('a Credentials object with a token in data', answer.describe());
    this.client = this.client.withToken(token);
    return answer;
  }

  unregister(): Promise<Answer> {
    return this.call('DELETE', this.credentialsUrl);
  }

  /** URL of an interface of the platform. Throws NotCovered where it has none. */
  endpoint(module: ConversationId | ModuleId, role: 'SENDER' | 'RECEIVER'): string {
    const url = endpointUrl(this.details, module, role);
    if (url === undefined) throw new NotCovered(`needs the interface ${module} ${role}`);
    return url;
  }
}
