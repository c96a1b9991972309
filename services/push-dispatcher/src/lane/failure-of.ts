import type { OcpiAnswer } from '@roamgrid/ocpi-client';
import type { Failure } from '../rows/delivery-row';

const KEPT = 2_048;

/** What is kept of a failed attempt. A peer that echoes our token must not put it into our store (TRN-67). */
export function failureOf(reason: string, answer: OcpiAnswer | undefined, token: string, now: number): Failure {
  const masked = (text: string): string => {
    const encoded = Buffer.from(token).toString('base64');
    return token === '' ? text : text.replaceAll(token, '***').replaceAll(encoded, '***');
  };
  // Masked before it is cut: a cut in the middle of a token would leave half of it.
  const response = masked(answer?.body.toString('utf8') ?? '').slice(0, KEPT);
  const ocpi = answer?.envelope?.status_code ?? 0;
  return { at: new Date(now), reason: masked(reason), http: answer?.httpStatus ?? 0, ocpi, response };
}
