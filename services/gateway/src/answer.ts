import { constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { Request, Response } from 'express';
import { emptyEnvelope, envelopeTail, StatusCode } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import { errorAnswers, publicMessage, retryAfter } from './error-answer';

const compress = promisify(gzip);
const DATA = Buffer.from('{"data":');
const COMPRESS_FROM = 2_048;

/** A success whose data are bytes that stand in the envelope as they are. */
export async function answerData(request: Request, response: Response, json: Buffer, http = 200): Promise<void> {
  const body = Buffer.concat([DATA, json, Buffer.from(`,${envelopeTail(StatusCode.Success, Date.now())}`)]);
  response.status(http);
  if (body.length < COMPRESS_FROM || !/\bgzip\b/.test(request.get('accept-encoding') ?? '')) {
    end(response, body);
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  end(response, await compress(body, { level: constants.Z_BEST_SPEED }));
}

/** A success without data (TRN-19). */
export function answerDone(response: Response, http = 200): void {
  response.status(http);
  end(response, Buffer.from(emptyEnvelope(StatusCode.Success, Date.now())));
}

/** Any failure, as an envelope and without a stack (TRN-29, STS-15). */
export function answerError(response: Response, error: unknown): void {
  const { code, message } = RoamgridError.from(error);
  const { http, ocpi } = errorAnswers[code];
  const seconds = retryAfter(code);
  if (seconds !== undefined) response.setHeader('retry-after', seconds);
  response.status(http);
  end(response, Buffer.from(emptyEnvelope(ocpi, Date.now(), publicMessage(code, message))));
}

function end(response: Response, body: Buffer): void {
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', body.length);
  response.end(body);
}
