import { hubClientInfo, schemaAt, type ClientInfo, type CredentialsRole } from '@roamgrid/modules';
import { objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import { textField } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import type { Defect } from './defect';

const INVALID: PeerReply = { status: 2001 };

/** What the trial platform was told by hubs of their clients. */
export class TrialClientInfos {
  readonly #defects: ReadonlySet<Defect>;
  readonly #said = new Map<string, ClientInfo>();

  constructor(defects: ReadonlySet<Defect>) {
    this.#defects = defects;
  }

  /** Answers a request to the receiver interface; `roles` are those of who asks, `hosted` the platform's own. */
  answer(
    { method, json }: RecordedRequest,
    [country_code = '', party_id = '']: readonly string[],
    roles: readonly CredentialsRole[],
    hosted: readonly CredentialsRole[],
  ): PeerReply {
    const party = { country_code, party_id };
    if (!roles.some(({ role }) => role === 'HUB')) return INVALID;
    if (method === 'GET') return this.#show(party);
    if (method === 'DELETE' && this.#defects.has('ClientInfo is deleted')) return {};
    if (method !== 'PUT') return { http: 405, status: 2000 };
    const isOwn = hosted.some((role) => partyKey(role) === partyKey(party));
    if (isOwn && this.#defects.has('ClientInfo about oneself is refused')) return INVALID;
    return this.#isGood(json, party) ? this.#take(json as ClientInfo) : INVALID;
  }

  #isGood(json: unknown, party: Party): boolean {
    const named = { country_code: textField(json, 'country_code') ?? '', party_id: textField(json, 'party_id') ?? '' };
    const isNamed = partyKey(named) === partyKey(party) || this.#defects.has('ClientInfo of another party is taken');
    return isNamed && (schemaAt(hubClientInfo, '2.2.1').put.received(json).ok || this.#defects.has('ClientInfo is not checked'));
  }

  /** Whether nothing is sent to a peer: none of its eMSPs is CONNECTED. */
  holds(roles: readonly CredentialsRole[]): boolean {
    if (this.#defects.has('what hubs say is ignored')) return false;
    const infos = roles.filter(({ role }) => role === 'EMSP').map((role) => this.#said.get(objectKey(role, role.role)));
    return infos.length > 0 && infos.every((info) => info !== undefined && info.status !== 'CONNECTED');
  }

  #show(party: Party): PeerReply {
    const said = [...this.#said.values()].filter((info) => partyKey(info) === partyKey(party));
    const newest = said.sort((a, b) => a.last_updated.localeCompare(b.last_updated)).at(-1);
    return newest ? { data: newest } : { http: 404, status: 2001 };
  }

  #take(info: ClientInfo): PeerReply {
    const key = objectKey(info, this.#defects.has('one ClientInfo a party') ? 'EMSP' : info.role);
    const isKnown = this.#said.has(key);
    this.#said.set(key, info);
    return isKnown ? {} : { http: 201 };
  }
}
