import { formatOcpiDateTime } from '@roamgrid/ocpi';

/**
 * The URL of a crawl's first page: the endpoint with `limit`, and with `date_from` where only changes are wanted,
 * encoded so that it survives (TRN-57). No date_to: what changes while we crawl is to be seen (PAG-18).
 */
export function firstUrl(endpoint: string, limit: number, from: Date | null): string {
  const dateFrom = from === null ? '' : `date_from=${encodeURIComponent(formatOcpiDateTime(from.getTime()))}&`;
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${dateFrom}limit=${limit}`;
}
