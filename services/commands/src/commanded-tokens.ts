import { ACCEPTED, type StartSession, type Token } from '@roamgrid/modules';
import type { ConversationDocument, ConversationStore } from '@roamgrid/conversation-service';
import { foldCase, partyKey } from '@roamgrid/ocpi';
import type { Clock, FindCommandedReply, FindCommandedRequest } from '@roamgrid/runtime';

/** For so long a command settles that an RFID Token may charge where it was for. */
const RFID_MILLIS = 15 * 60_000;
/** Commands with one Token at one Location that are looked through, newest first. */
const MOST = 50;
/** Results after which a command settles nothing any more; a charge point that stayed silent may ask later. */
const SETTLING: readonly unknown[] = [undefined, ACCEPTED, 'TIMEOUT'];
const NONE: FindCommandedReply = { token: Buffer.alloc(0), authorization_reference: '', origin: '' };

/** The marks of a command that came with a Token: the Token, and the Token there. */
export function tokenMarks(token: Pick<Token, 'type' | 'uid'>, location: string): string[] {
  return [tokenMark(token), tokenMark(token, location)];
}

function tokenMark({ uid, type }: Pick<Token, 'type' | 'uid'>, ...location: readonly string[]): string {
  return ['token', ...[type, uid, ...location].map((part) => encodeURIComponent(foldCase(part)))].join('/');
}

/**
 * Finds what START_SESSION and RESERVE_NOW have settled about Tokens (CMD-22): one of an ad-hoc user or of an app wherever it
 * came with one; an RFID Token for 15 minutes, at the EVSE that was named. Of several commands the newest counts.
 */
export class CommandedTokens {
  readonly #store: Pick<ConversationStore, 'marked'>;
  readonly #clock: Clock;

  constructor(store: Pick<ConversationStore, 'marked'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async find(request: FindCommandedRequest): Promise<FindCommandedReply> {
    const { location_id: location } = request;
    const type = foldCase(request.type);
    const since = this.#since(type);
    if (since === undefined || (type === 'RFID' && location === '')) return NONE;
    const mark = tokenMark(request, ...(location === '' ? [] : [location]));
    const commands = await this.#store.marked(mark, MOST, { created: { $gte: since }, 'talk.response.result': ACCEPTED });
    const found = commands.find((command) => settles(command) && isFor(command, request));
    if (!found) return NONE;
    const { token, authorization_reference: reference } = requestOf(found);
    return { token: Buffer.from(JSON.stringify(token)), authorization_reference: reference ?? '', origin: found.talk.peer };
  }

  /** Undefined: commands settle nothing about such Tokens. */
  #since(type: string): Date | undefined {
    if (type === 'RFID') return new Date(this.#clock.now() - RFID_MILLIS);
    return type === 'AD_HOC_USER' || type === 'APP_USER' ? new Date(0) : undefined;
  }
}

function settles({ talk: { result, ended } }: ConversationDocument): boolean {
  return ended === undefined && SETTLING.includes(result?.['result']);
}

function isFor(command: ConversationDocument, { party, evse_uids: evses }: FindCommandedRequest): boolean {
  const { token, evse_uid: named } = requestOf(command);
  if (party && partyKey(party) !== partyKey(token)) return false;
  return !named || evses.length === 0 || evses.some((evse) => foldCase(evse) === foldCase(named));
}

/** What RESERVE_NOW has of it, it has under the same names. */
function requestOf({ talk: { request } }: ConversationDocument): StartSession {
  return request as unknown as StartSession;
}
