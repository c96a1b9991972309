/** The party of the platform under test, a CPO and an eMSP. */
export const OWN = { country_code: 'NL', party_id: 'RGC' };
