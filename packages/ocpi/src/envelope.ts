import { formatOcpiDateTime } from './ocpi-date-time';

/** What every OCPI response body is (TRN-16). */
export interface Envelope<Data = unknown> {
  readonly data?: Data;
  readonly status_code: number;
  readonly status_message?: string;
  readonly timestamp: string;
}

/** The fields behind `data`, from `,"status_code"` to the closing brace; so that stored bytes can be framed unparsed. */
export function envelopeTail(statusCode: number, now: number, statusMessage?: string): string {
  const message = statusMessage === undefined ? '' : `"status_message":${JSON.stringify(statusMessage)},`;
  return `"status_code":${statusCode},${message}"timestamp":"${formatOcpiDateTime(now)}"}`;
}

/** A whole envelope without data, as used by errors and by operations that answer none (TRN-19). */
export function emptyEnvelope(statusCode: number, now: number, statusMessage?: string): string {
  return `{${envelopeTail(statusCode, now, statusMessage)}`;
}
