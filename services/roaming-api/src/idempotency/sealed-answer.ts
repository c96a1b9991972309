import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** An answer that can be given once more. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const IV = 12;
const TAG = 16;

/** Seals an answer with a key that is made of the caller's own: who reads the store without it reads no secret. */
export function sealAnswer(answer: KeptAnswer, apiKey: string, id: string): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(apiKey, id), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Opens a sealed answer. Throws when it was sealed with another key or for another request. */
export function openAnswer(sealed: Buffer, apiKey: string, id: string): KeptAnswer {
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(apiKey, id), sealed.subarray(0, IV));
  decipher.setAuthTag(sealed.subarray(IV, IV + TAG));
  const opened = Buffer.concat([decipher.update(sealed.subarray(IV + TAG)), decipher.final()]);
  return JSON.parse(opened.toString()) as KeptAnswer;
}

function sealingKey(apiKey: string, id: string): Buffer {
  return Buffer.from(hkdfSync('sha256', apiKey, id, 'roamgrid idempotency', 32));
}
