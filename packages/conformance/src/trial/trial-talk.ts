import type { RequestKind } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import type { JsonObject } from '../check/field';
import type { Talk } from '../target/platform-hooks';
import type { TrialPeer } from './trial-platform';

/** A conversation of the trial platform. */
export interface TrialTalk {
  readonly handle: string;
  readonly module: string;
  readonly kind: string;
  /** Absent: told unasked. */
  readonly declared?: RequestKind;
  readonly direction: 'asked' | 'asking';
  readonly peer: TrialPeer;
  /** The party there, and ours. */
  readonly counterpart: Party;
  readonly party: Party;
  readonly request: JsonObject;
  /** Asked: where the peer wants to be told; asking: where it is to tell. */
  readonly url: string;
  readonly reservation?: string;
  readonly replaces?: boolean;
  state: string;
  response?: JsonObject;
  result?: JsonObject;
  ended?: JsonObject;
  late?: JsonObject;
}

/** As the platform's own systems see it. */
export function shownTalk({ handle, kind, state, request, reservation, replaces, response, result, ended, late }: TrialTalk): Talk {
  const shown = { handle, kind, state, request, reservation, replaces, response, result, ended, late };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined)) as unknown as Talk;
}
