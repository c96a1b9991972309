import { CheckFailure } from '../check/check-failure';
import { expectStatus, expectSuccess, show } from '../check/expect';
import { textField } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient } from '../http/platform-client';
import type { ScriptedPeer } from '../peer/scripted-peer';
import type { Invitation } from './platform-hooks';
import { Registration } from './registration';
import { detailsUrlOf, endpointUrl } from './version-details';

/** A peer with a token A that has looked at the platform's versions and not registered yet. */
export class Candidate {
  readonly client: PlatformClient;

  private constructor(
    readonly peer: ScriptedPeer,
    readonly invitation: Invitation,
    readonly versions: Answer,
    readonly details: Answer,
  ) {
    this.client = new PlatformClient(invitation.token, invitation.ca);
  }

  /** GET of versions and details with token A. Throws CheckFailure where they can not be used. */
  static async discover(peer: ScriptedPeer, invitation: Invitation): Promise<Candidate> {
    const client = new PlatformClient(invitation.token, invitation.ca);
    const versions = await client.call('GET', invitation.versionsUrl);
    const details = await client.call('GET', detailsUrlOf(versions));
    expectSuccess(details);
    return new Candidate(peer, invitation, versions, details);
  }

  get detailsUrl(): string {
    return detailsUrlOf(this.versions);
  }

  get credentialsUrl(): string {
    const url = endpointUrl(this.details, 'credentials');
    if (url !== undefined) return url;
    throw new CheckFailure('an endpoint with identifier credentials', show(this.details.data));
  }

  /** POST of credentials with token A; by default the peer's own, with a fresh token B. */
  post(credentials: unknown = this.peer.credentials()): Promise<Answer> {
    return this.client.call('POST', this.credentialsUrl, { body: credentials });
  }

  /** Registers. Throws CheckFailure when the platform does not take it. */
  async register(): Promise<Registration> {
    const tokenB = this.peer.issueToken();
    const before = this.peer.requests.length;
    const answer = await this.post(this.peer.credentials(tokenB));
    const callBacks = this.peer.requests.slice(before);
    expectStatus(answer, [200, 201], 1000);
    if (textField(answer.data, 'token') === undefined) {
      throw new CheckFailure('a Credentials object with a token in data', show(answer.data));
    }
    return new Registration(this, tokenB, answer, callBacks);
  }
}
