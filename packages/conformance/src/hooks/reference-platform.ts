/**
 * A Roamgrid platform that every check can be made of: two CPOs and an eMSP, and pages so small that the suite can fill
 * them. Of the shape that a platform launcher takes.
 */
export const referencePlatform = {
  parties: [
    { country_code: 'NL', party_id: 'RGC', roles: ['CPO'], name: 'Roamgrid Charging' },
    { country_code: 'DE', party_id: 'RG2', roles: ['CPO'], name: 'Roamgrid Laden' },
    { country_code: 'NL', party_id: 'RGE', roles: ['EMSP'], name: 'Roamgrid Mobility' },
  ],
  /** So that the logs hold what they can hold (TRN-67). */
  logLevel: 'debug',
  overrides: { gateway: { page: { defaultLimit: 10, maxLimit: 20 } } },
} as const;
