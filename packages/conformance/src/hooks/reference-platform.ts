/** Conversations that come to their ends while a check waits: results within 4 s, two more attempts to tell them. */
const SOON = {
  answering: { timeout: 4, margin: 1_000, settle: 100, retries: [300, 600] },
  asking: { answerTimeout: 3_000, grace: 300 },
  poll: 100,
} as const;

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
  overrides: { gateway: { page: { defaultLimit: 10, maxLimit: 20 } }, commands: SOON, 'charging-profiles': SOON },
} as const;
