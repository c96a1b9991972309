import type { Party } from './party';

/** Header names of OCPI in lower case, as Node hands them over (TRN-51). */
export const Header = {
  Authorization: 'authorization',
  RequestId: 'x-request-id',
  CorrelationId: 'x-correlation-id',
  ToParty: 'ocpi-to-party-id',
  ToCountry: 'ocpi-to-country-code',
  FromParty: 'ocpi-from-party-id',
  FromCountry: 'ocpi-from-country-code',
  Link: 'link',
  TotalCount: 'x-total-count',
  Limit: 'x-limit',
} as const;

/** Who a message is for and from; both absent on versions, credentials and hubclientinfo (RTE-02). */
export interface Routing {
  readonly to?: Party | undefined;
  readonly from?: Party | undefined;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads the routing headers of a message. A half pair (RTE-07) or a value of a wrong length or charset (RTE-15) comes
 * back as `problem`, a sentence for the sender.
 */
export function readRouting(headers: Headers): Routing & { readonly problem?: string } {
  const to = readParty(headers, Header.ToCountry, Header.ToParty);
  const from = readParty(headers, Header.FromCountry, Header.FromParty);
  const problem = typeof to === 'string' ? to : typeof from === 'string' ? from : undefined;
  if (problem !== undefined) return { problem };
  return { to: to as Party | undefined, from: from as Party | undefined };
}

/** The four headers of a routing, none where it names nobody (RTE-01). */
export function routingHeaders(routing: Routing): Record<string, string> {
  return {
    ...(routing.to && { [Header.ToCountry]: routing.to.country_code, [Header.ToParty]: routing.to.party_id }),
    ...(routing.from && { [Header.FromCountry]: routing.from.country_code, [Header.FromParty]: routing.from.party_id }),
  };
}

function readParty(headers: Headers, countryHeader: string, partyHeader: string): Party | string | undefined {
  const country = headers[countryHeader];
  const party = headers[partyHeader];
  if (country === undefined && party === undefined) return undefined;
  if (typeof country !== 'string' || typeof party !== 'string') {
    return `${countryHeader} and ${partyHeader} come as a pair, each once`;
  }
  if (!/^[\x21-\x7e]{2}$/.test(country)) return `${countryHeader}: expected 2 printable ASCII characters`;
  if (!/^[\x21-\x7e]{1,3}$/.test(party)) return `${partyHeader}: expected at most 3 printable ASCII characters`;
  return { country_code: country, party_id: party };
}
