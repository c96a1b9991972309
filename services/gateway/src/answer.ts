import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { emptyEnvelope, envelopeTail, StatusCode } from '@roamgrid/ocpi';
import { crashPoint, RoamgridError } from '@roamgrid/runtime';
import { EnvelopeHead } from './envelope-head';
import { errorAnswers, publicMessage, retryAfter } from './error-answer';
import { gzipWithTail } from './gzip-with-tail';

const COMPRESS_FROM = 2_048;

/** A success whose data are bytes that stand in the envelope as they are. */
export async function answerData(request: Request, response: Response, json: Buffer): Promise<void> {
  await answerHead(request, response, new EnvelopeHead(json));
}

/** A success whose data are framed already, and may be compressed already; only the end of the envelope is new. */
export async function answerHead(request: Request, response: Response, head: EnvelopeHead): Promise<void> {
  const tail = Buffer.from(envelopeTail(StatusCode.Success, Date.now()));
  response.status(200);
  if (head.length < COMPRESS_FROM || !/\bgzip\b/.test(request.get('accept-encoding') ?? '')) {
    end(response, ...head.pieces, tail);
    return;
  }
  const zipped = await head.zipped();
  response.setHeader('content-encoding', 'gzip');
  end(response, ...gzipWithTail(zipped, tail));
}

/** A success without data (TRN-19). */
export function answerDone(response: Response, http = 200): void {
  crashPoint('gateway.answering');
  response.status(http);
  endEmpty(response, emptyEnvelope(StatusCode.Success, Date.now()));
}

/** Any failure, as an envelope and without a stack (TRN-29, STS-15). */
export function answerError(response: ServerResponse, error: unknown): void {
  const { code, message } = RoamgridError.from(error);
  const { http, ocpi } = errorAnswers[code];
  const seconds = retryAfter(code);
  if (seconds !== undefined) response.setHeader('retry-after', seconds);
  response.statusCode = http;
  endEmpty(response, emptyEnvelope(ocpi, Date.now(), publicMessage(code, message)));
}

/** Text leaves in one piece with the headers. */
function endEmpty(response: ServerResponse, envelope: string): void {
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', Buffer.byteLength(envelope));
  response.end(envelope);
}

function end(response: Response, ...pieces: readonly Buffer[]): void {
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', pieces.reduce((length, piece) => length + piece.length, 0));
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.end();
}
