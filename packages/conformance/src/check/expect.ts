import { isDeepStrictEqual } from 'node:util';
import { parseOcpiDateTime } from '@roamgrid/ocpi';
import type { Answer } from '../http/answer';
import { CheckFailure } from './check-failure';

/** Fails unless `holds`; `expected` and `seen` are phrases for a reader. */
export function expectThat(holds: boolean, expected: string, seen: string): asserts holds {
  if (!holds) throw new CheckFailure(expected, seen);
}

/** Fails unless both are deeply equal; `what` names the thing, such as `X-Limit`. */
export function expectEqual(seen: unknown, expected: unknown, what: string): void {
  expectThat(isDeepStrictEqual(seen, expected), `${what} ${show(expected)}`, show(seen));
}

/** Fails unless the answer has one of these HTTP statuses and one of these OCPI status codes. */
export function expectStatus(
  answer: Answer,
  http: number | readonly number[],
  status: number | readonly number[],
): void {
  const https = [http].flat();
  const statuses = [status].flat();
  const holds = https.includes(answer.http) && answer.statusCode !== undefined && statuses.includes(answer.statusCode);
  expectThat(holds, `HTTP ${https.join(' or ')} with status_code ${statuses.join(' or ')}`, answer.describe());
}

/** Fails unless the answer is 200/1000; gives its data. */
export function expectSuccess(answer: Answer): unknown {
  expectStatus(answer, 200, 1000);
  return answer.data;
}

/** Fails unless the answer is 200/1000 with a list; gives the list. */
export function expectList(answer: Answer): readonly unknown[] {
  const data = expectSuccess(answer);
  expectThat(Array.isArray(data), 'a JSON array in data', answer.describe());
  return data as readonly unknown[];
}

/** Fails unless a write was taken: HTTP 200 or 201 with 1000. */
export function expectTaken(answer: Answer, what = ''): void {
  const holds = [200, 201].includes(answer.http) && answer.statusCode === 1000;
  expectThat(holds, `HTTP 200 or 201 with status_code 1000${what && ` (${what})`}`, answer.describe());
}

/** Fails unless a write was refused in the way of semantic errors: HTTP 200 with 2001. */
export function expectRefused(answer: Answer, why: string): void {
  const holds = answer.http === 200 && answer.statusCode === 2001;
  expectThat(holds, `HTTP 200 with status_code 2001 (${why})`, answer.describe());
}

/** Fails unless the answer is 404 with an envelope that says failure. */
export function expectNotFound(answer: Answer): void {
  const holds = answer.http === 404 && isFailure(answer.statusCode);
  expectThat(holds, 'HTTP 404 with an envelope of status 2xxx', answer.describe());
  expectEnvelope(answer);
}

/** Fails unless the answer is 401 with an envelope that says failure and has no data. */
export function expectUnauthorised(answer: Answer): void {
  const holds = answer.http === 401 && isFailure(answer.statusCode) && (answer.data ?? null) === null;
  expectThat(holds, 'HTTP 401 with an envelope of status 2xxx and no data', answer.describe());
  expectEnvelope(answer);
}

/** Fails unless the answer is 405 with an envelope. */
export function expectMethodNotAllowed(answer: Answer): void {
  const holds = answer.http === 405 && isFailure(answer.statusCode);
  expectThat(holds, 'HTTP 405 with an envelope of status 2xxx', answer.describe());
  expectEnvelope(answer);
}

/** Fails unless the body is an OCPI envelope: status_code of four digits, timestamp in UTC, JSON media type. */
export function expectEnvelope(answer: Answer): void {
  const type = answer.header('content-type') ?? 'none';
  expectThat(/^application\/json\b/i.test(type), 'content-type application/json', `${type}, ${answer.describe()}`);
  const { statusCode, timestamp } = answer;
  const code = Number.isInteger(statusCode) && /^[1-4]\d{3}$/.test(String(statusCode));
  expectThat(code, 'a JSON object with status_code, an integer of four digits', answer.describe());
  const time = typeof timestamp === 'string' && timestamp.length <= 25 && parseOcpiDateTime(timestamp) !== undefined;
  expectThat(time, 'timestamp: a DateTime in UTC of at most 25 characters', `${show(timestamp)}, ${answer.describe()}`);
}

/** A value for a reader, cut to a length that fits a line or two. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function isFailure(statusCode: number | undefined): boolean {
  return statusCode !== undefined && statusCode >= 2000 && statusCode < 3000;
}
