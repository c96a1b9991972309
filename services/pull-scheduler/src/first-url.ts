import { formatOcpiDateTime, slashedUrl, type Quirks } from '@roamgrid/ocpi';

/**
 * The URL of a crawl's first page: the endpoint with `limit`, and with `date_from` where only changes are wanted,
 * encoded so that it survives (TRN-57). No date_to: what changes while we crawl is to be seen (PAG-18). The peer's quirks
 * decide about slash, page size and date; a date that is cut asks for a little more.
 */
export function firstUrl(endpoint: string, limit: number, from: Date | null, quirks: Quirks): string {
  const url = slashedUrl(endpoint, quirks.endpoint_slash);
  const dateFrom = from === null || !quirks.date_from ? '' : `date_from=${encodeURIComponent(written(from, quirks))}&`;
  return `${url}${url.includes('?') ? '&' : '?'}${dateFrom}limit=${quirks.page_size ?? limit}`;
}

function written(date: Date, { query_dates }: Quirks): string {
  const text = formatOcpiDateTime(date.getTime());
  return query_dates === 'seconds' ? text.replace(/\.\d+Z$/, 'Z') : text;
}
