import type { Party } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';

/** Reads a party such as `NL*RGC` from a parameter of that name. Throws parameter.invalid. */
export function readParty(name: string, text: string): Party {
  const match = /^([A-Za-z]{2})\*([A-Za-z0-9]{1,3})$/.exec(text);
  if (match) return { country_code: match[1] ?? '', party_id: match[2] ?? '' };
  const found = JSON.stringify(text.slice(0, 40));
  throw new RoamgridError('parameter.invalid', `${name}: expected a country code and a party id such as NL*RGC, found ${found}`);
}
