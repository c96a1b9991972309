import { isSuccess } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import type { AnswerEnvelope, OcpiAnswer } from './ocpi-answer';

const SHOWN = 200;

/** Whether a call succeeded: HTTP 2xx and OCPI 1xxx, both (TRN-21). */
export function isSuccessful(answer: OcpiAnswer): boolean {
  const envelope = answer.envelope;
  return (
    answer.httpStatus >= 200 && answer.httpStatus < 300 && envelope !== undefined && isSuccess(envelope.status_code)
  );
}

/**
 * The envelope of a successful answer (TRN-21). Throws peer.refused with the HTTP status, the OCPI status code and the
 * first 200 characters of what came, or peer.bad_answer where a 2xx answer is no OCPI envelope.
 */
export function requireSuccess(answer: OcpiAnswer): AnswerEnvelope {
  const { envelope, httpStatus } = answer;
  if (envelope !== undefined && isSuccessful(answer)) return envelope;
  const ok = httpStatus >= 200 && httpStatus < 300;
  if (ok && envelope === undefined) {
    throw new RoamgridError(
      'peer.bad_answer',
      `HTTP ${httpStatus} without an OCPI envelope: ${beginning(answer.body)}`,
    );
  }
  const ocpi = envelope === undefined ? '' : `, OCPI status ${envelope.status_code}`;
  const redirect = httpStatus >= 300 && httpStatus < 400 ? ' (redirects are not followed)' : '';
  throw new RoamgridError('peer.refused', `HTTP ${httpStatus}${redirect}${ocpi}: ${beginning(answer.body)}`);
}

/** A refused handshake can carry a token; it must not reach a log (TRN-67). */
function beginning(body: Buffer): string {
  const masked = body.toString('utf8', 0, SHOWN * 4).replace(/("token"\s*:\s*")[^"]*/gi, '$1***');
  const text = masked.replace(/\s+/g, ' ').trim().slice(0, SHOWN);
  return text === '' ? 'empty body' : text;
}
