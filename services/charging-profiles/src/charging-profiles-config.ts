import { count, section, text } from '@roamgrid/runtime';

/** The sections of the charging-profiles service beside those of every conversation; what each means stands in config.default.yaml. */
export interface ChargingProfilesConfig {
  readonly objects: { readonly locations: string; readonly sessions: string };
  /** Milliseconds. */
  readonly pause: number;
}

export const chargingProfilesSections = { objects: section({ locations: text, sessions: text }), pause: count };
