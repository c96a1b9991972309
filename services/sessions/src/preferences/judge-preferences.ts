import type { ChargingPreferences, ChargingPreferencesResponse, EVSE, ProfileType, Session, Tariff } from '@roamgrid/modules';

/** Sessions that still charge, or will. */
const GOING_ON: readonly string[] = ['ACTIVE', 'PENDING', 'RESERVATION'];
/** Profiles that need to be planned. */
const PLANNED: readonly ProfileType[] = ['CHEAP', 'GREEN'];

const TARIFF_OF: Readonly<Record<ProfileType, readonly (string | undefined)[]>> = {
  CHEAP: ['PROFILE_CHEAP'],
  FAST: ['PROFILE_FAST'],
  GREEN: ['PROFILE_GREEN'],
  REGULAR: ['REGULAR', undefined],
};

/** Whether preferences can be told to an EVSE at all (SES-06). */
export function takesPreferences({ capabilities }: Pick<EVSE, 'capabilities'>): boolean {
  return (capabilities ?? []).includes('CHARGING_PREFERENCES_CAPABLE');
}

/**
 * What a CPO answers to preferences (SES-05, SES-07, SES-08): a profile needs a tariff of its own at the Connector, and one
 * that is planned needs to know until when, and how much.
 */
export function judgePreferences(
  { profile_type, departure_time, energy_need }: ChargingPreferences,
  { status }: Pick<Session, 'status'>,
  tariffs: readonly Pick<Tariff, 'type'>[],
): ChargingPreferencesResponse {
  if (!GOING_ON.includes(status)) return 'NOT_POSSIBLE';
  if (!tariffs.some(({ type }) => TARIFF_OF[profile_type].includes(type ?? undefined))) return 'PROFILE_TYPE_NOT_SUPPORTED';
  if (!PLANNED.includes(profile_type)) return 'ACCEPTED';
  if ((departure_time ?? null) === null) return 'DEPARTURE_REQUIRED';
  return (energy_need ?? null) === null ? 'ENERGY_NEED_REQUIRED' : 'ACCEPTED';
}
