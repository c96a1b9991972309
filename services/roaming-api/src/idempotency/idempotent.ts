import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { messageOf, RoamgridError } from '@roamgrid/runtime';
import type { Backend } from '../backend';
import { presentedKey } from '../http/presented-key';
import { HttpProblem } from '../http/problem';
import { bodyBytes, headerParameter, sendJson, type Handler, type QueryParameter } from '../http/route';
import { currentKey } from '../keys/current-key';
import type { IdempotencyDocument } from './idempotency-document';
import { openAnswer, sealAnswer, type KeptAnswer } from './sealed-answer';

/** Creates something and says what is to be answered; `id` is the same for each repetition, absent where none can come. */
export type Creation = (request: Request, id: string | undefined) => Promise<KeptAnswer>;

/** The header by which a caller can repeat a request without doing it twice. */
export const idempotencyHeader: QueryParameter = {
  name: 'idempotency-key',
  description: 'makes a repetition safe: the same key with the same request gives the answer of the first one, for 24 hours',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};

const REPLAYED = 'idempotency-replayed';

/** What an answer says that was given before. */
export const REPLAYED_HEADER = { [REPLAYED]: '`true` where this is the answer to an earlier request' };

const REMEMBERED = 24 * 60 * 60 * 1000;
/** Longer than anything that is created here takes. */
const UNDER_WAY = 2 * 60 * 1000;

/**
 * A handler that creates once for each Idempotency-Key of a caller; without one it creates each time. What was refused or
 * failed is not remembered. `byId`: what is created goes by the id that it is given, so it may be created again while nobody
 * knows what became of the first request. Throws idempotency.other_request, idempotency.running, parameter.invalid.
 */
export function idempotent(operation: string, backend: Backend, create: Creation, { byId = false } = {}): Handler {
  return async (request, response) => {
    const given = headerParameter(request, 'idempotency-key');
    const once = given === undefined ? undefined : new Once(operation, given, request, backend);
    const { status, headers, body } = once ? await once.run((id) => create(request, id), byId) : await create(request, undefined);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, status, body);
  };
}

class Once {
  readonly #backend: Backend;
  readonly #apiKey: string;
  readonly #id: string;
  readonly #fingerprint: string;

  constructor(operation: string, given: string, request: Request, backend: Backend) {
    if (!/^[\x21-\x7e]{1,255}$/.test(given)) {
      throw new RoamgridError('parameter.invalid', 'Idempotency-Key: expected 1 to 255 printable ASCII characters without blanks');
    }
    this.#backend = backend;
    this.#apiKey = presentedKey(request.headers) ?? '';
    this.#id = hash(currentKey()?.id ?? '', operation, given);
    this.#fingerprint = hash(request.path, bodyBytes(request));
  }

  async run(create: (id: string) => Promise<KeptAnswer>, byId: boolean): Promise<KeptAnswer> {
    const now = this.#backend.clock.now();
    const record = {
      _id: this.#id,
      fingerprint: this.#fingerprint,
      answer: null,
      until: new Date(now + UNDER_WAY),
      expires: new Date(now + REMEMBERED),
    };
    const known = await this.#backend.idempotency.begin(record, new Date(now));
    if (!known) return this.#create(record, create);
    if (known.fingerprint !== this.#fingerprint) {
      throw new HttpProblem('idempotency.other_request', 'the request differs from the first one with this Idempotency-Key');
    }
    if (known.answer) return this.#replay(known.answer);
    if (byId) return this.#create(record, create);
    const abandoned = known.until.getTime() <= now;
    if (abandoned && (await this.#backend.idempotency.takeOver(known, record.until))) return this.#create(record, create);
    throw new HttpProblem('idempotency.running', 'the first request with this Idempotency-Key has no answer yet', {
      'retry-after': '1',
    });
  }

  /** The store being away changes nothing about what was created or refused; the record ends by itself. */
  async #create(record: IdempotencyDocument, create: (id: string) => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const { idempotency, logger } = this.#backend;
    const failed = (error: unknown): void => logger.warn({ reason: messageOf(error) }, 'Idempotency-Key not kept');
    try {
      const answer = await create(this.#id);
      await idempotency.finish(record, sealAnswer(answer, this.#apiKey, this.#id)).catch(failed);
      return answer;
    } catch (error) {
      await idempotency.forget(record).catch(failed);
      throw error;
    }
  }

  #replay(sealed: Buffer): KeptAnswer {
    const answer = openAnswer(sealed, this.#apiKey, this.#id);
    return { ...answer, headers: { ...answer.headers, [REPLAYED]: 'true' } };
  }
}

function hash(...parts: readonly (string | Buffer)[]): string {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(`${part.length}:`).update(part);
  return digest.digest('hex');
}
