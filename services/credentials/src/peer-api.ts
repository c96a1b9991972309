import {
  describeProblems,
  versionDetailsSchema,
  versionListSchema,
  type Credentials,
  type ValidationResult,
  type Version,
  type VersionDetails,
} from '@roamgrid/modules';
import {
  requireSuccess,
  type CalledPeer,
  type OcpiAnswer,
  type OcpiClient,
  type OcpiRequest,
} from '@roamgrid/ocpi-client';
import { slashedUrl } from '@roamgrid/ocpi';
import { RoamgridError, type Endpoint } from '@roamgrid/runtime';
import { checkCredentials } from './received-credentials';

/** Versions, details and credentials are small; a white-label platform with hundreds of roles still fits. */
const MOST_BYTES = 1024 * 1024;

/**
 * Whom to call in a handshake, and with which tokens: each further one only where the one before is not accepted
 * (CRD-23).
 */
export interface Called extends Omit<CalledPeer, 'token'> {
  readonly tokens: readonly string[];
}

/** What we found behind a peer's versions URL. */
export interface Offer {
  readonly version: string;
  readonly endpoints: readonly Endpoint[];
}

/** The calls of a handshake, on the side that calls. None carries routing headers (VER-14, CRD-39). */
export class PeerApi {
  readonly #client: OcpiClient;

  constructor(client: OcpiClient) {
    this.#client = client;
  }

  /**
   * GET versions, then the details of the version that `choose` picks from what is listed (CRD-02, CRD-04). Throws
   * peer.version_unsupported when it picks none; versions and modules that nobody knows are passed over (VER-12).
   */
  async explore(
    called: Called,
    url: string,
    choose: (listed: readonly string[]) => string | undefined,
  ): Promise<Offer> {
    const versions = await this.#versions(called, url);
    const listed = versions.map(({ version }) => version);
    const chosen = choose(listed);
    const entry = versions.find(({ version }) => version === chosen);
    if (!entry)
      throw new RoamgridError('peer.version_unsupported', `${url} lists ${listed.join(', ')}; no version of ours fits`);
    const details = await this.#details(called, entry.url);
    return { version: entry.version, endpoints: details.endpoints.map(normalised) };
  }

  /** POST or PUT of our Credentials; theirs come back (CRD-10: any 2xx with OCPI 1xxx is a success). */
  async exchange(method: 'POST' | 'PUT', called: Called, url: string, ours: Buffer): Promise<Credentials> {
    const data = await this.#data(called, { method, url: asWanted(called, url), body: ours });
    return checkCredentials(data, 'peer.bad_answer', `${method} ${url}: the Credentials in the answer`);
  }

  /** DELETE credentials. */
  async unregister(called: Called, url: string): Promise<void> {
    await this.#data(called, { method: 'DELETE', url: asWanted(called, url) });
  }

  /** Gives up the connections to a peer. */
  forget(peerId: string): Promise<void> {
    return this.#client.forget(peerId);
  }

  async #versions(called: Called, url: string): Promise<readonly Version[]> {
    const data = await this.#data(called, { method: 'GET', url });
    requireShape(versionListSchema.received(data), `GET ${url}`);
    return data as Version[];
  }

  async #details(called: Called, url: string): Promise<VersionDetails> {
    const data = await this.#data(called, { method: 'GET', url });
    requireShape(versionDetailsSchema.put.received(data), `GET ${url}`);
    return data as VersionDetails;
  }

  async #data(called: Called, request: Pick<OcpiRequest, 'method' | 'url' | 'body'>): Promise<unknown> {
    const answer = await this.#call(called, request);
    try {
      return requireSuccess(answer).data;
    } catch (error) {
      const { code, message } = RoamgridError.from(error);
      throw new RoamgridError(code, `${request.method} ${request.url}: ${message}`, { cause: error });
    }
  }

  async #call(called: Called, request: Pick<OcpiRequest, 'method' | 'url' | 'body'>): Promise<OcpiAnswer> {
    const { tokens, ...peer } = called;
    const [token = '', ...others] = tokens;
    const answer = await this.#client.call({ ...request, peer: { ...peer, token }, maxBytes: MOST_BYTES });
    const refused = answer.httpStatus === 401 || answer.httpStatus === 403;
    return refused && others.length > 0 ? this.#call({ ...called, tokens: others }, request) : answer;
  }
}

/** The credentials endpoint as the peer's quirk says. */
function asWanted({ quirks }: Called, url: string): string {
  return slashedUrl(url, quirks?.endpoint_slash ?? 'as_given');
}

/** Ids in one case, so that they can be compared (AMB-38); a side that is not told is none. */
function normalised({ identifier, role, url }: VersionDetails['endpoints'][number]): Endpoint {
  return { identifier: identifier.toLowerCase(), role: role?.toUpperCase() ?? '', url };
}

function requireShape(verdict: ValidationResult, what: string): void {
  if (!verdict.ok) throw new RoamgridError('peer.bad_answer', `${what}: data ${describeProblems(verdict.problems)}`);
}
