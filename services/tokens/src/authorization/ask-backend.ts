import { AllowedType, DisplayText, isOf, type LocationReferences, type Token } from '@roamgrid/modules';
import { messageOf, RoamgridError } from '@roamgrid/runtime';
import type { BackendConfig } from '../tokens-config';
import type { Decision } from './decide-by-store';

/** What the company's backend is told. */
export interface BackendQuestion {
  readonly token: Token;
  readonly location: LocationReferences | null;
  readonly authorization_reference: string;
  /** Id of the peer that asks. */
  readonly asked_by: string;
}

/** Most bytes of its answer. */
const ANSWER_BYTES = 16 * 1024;

/**
 * Asks the company's backend, within its deadline. It answers `{ allowed, info?, evse_uids? }`, or `{ location_needed: true }`.
 * Throws authorization.location_needed for that, and unavailable for everything that is no answer in time.
 */
export async function askBackend({ url, bearerToken, deadline }: BackendConfig, question: BackendQuestion): Promise<Decision> {
  let answer: unknown;
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json', ...(bearerToken !== '' && { authorization: `Bearer ${bearerToken}` }) },
      body: JSON.stringify(question),
      signal: AbortSignal.timeout(deadline),
    });
    const text = await response.text();
    if (!response.ok || text.length > ANSWER_BYTES) throw new Error(`HTTP ${response.status}, ${text.length} characters`);
    answer = JSON.parse(text);
  } catch (error) {
    throw new RoamgridError('unavailable', `the backend gave no answer to an authorization: ${messageOf(error)}`, { cause: error });
  }
  return readDecision(answer);
}

function readDecision(answer: unknown): Decision {
  const { allowed, info, evse_uids, location_needed } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  if (location_needed === true) throw new RoamgridError('authorization.location_needed', 'where the Token is to be used must be said');
  const isRead = isOf(AllowedType, allowed) && (info === undefined || isOf(DisplayText, info)) && (evse_uids === undefined || isTexts(evse_uids));
  if (!isRead) throw new RoamgridError('unavailable', 'the answer of the backend to an authorization cannot be read: expected { "allowed": … }');
  return { allowed, ...(info !== undefined && { info }), ...(evse_uids !== undefined && { evse_uids }) };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
