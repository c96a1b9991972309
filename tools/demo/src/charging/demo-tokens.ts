import type { PartySpec } from '@roamgrid/testkit';

/** What a driver identifies with, as far as a charge needs it. */
export interface DemoToken {
  readonly country_code: string;
  readonly party_id: string;
  readonly uid: string;
  readonly type: string;
  readonly contract_id: string;
  readonly whitelist: string;
}

const KINDS = [
  { type: 'RFID', whitelist: 'NEVER' },
  { type: 'RFID', whitelist: 'ALLOWED' },
  { type: 'RFID', whitelist: 'ALLOWED_OFFLINE' },
  { type: 'RFID', whitelist: 'ALWAYS' },
  { type: 'APP_USER', whitelist: 'NEVER' },
] as const;

/** Valid tokens of an eMSP, of all kinds in turn; `now` is their last_updated. */
export function demoTokens({ country_code, party_id, name }: PartySpec, count: number, now: Date): (DemoToken & Record<string, unknown>)[] {
  return Array.from({ length: count }, (_, i) => {
    const number = String(i + 1).padStart(6, '0');
    return {
      country_code,
      party_id,
      uid: `04A1B2${number}`,
      ...(KINDS[i % KINDS.length] ?? KINDS[0]),
      contract_id: `${country_code}-${party_id}-C${number}-X`,
      visual_number: `${party_id} ${number}`,
      issuer: name,
      valid: true,
      last_updated: now.toISOString(),
    };
  });
}
