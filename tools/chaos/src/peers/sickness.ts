import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** How a sick peer treats what it is pushed. */
export type Sickness = 'black-hole' | 'slow' | 'reset' | 'drip';

const SLOW = 15_000;
const BETWEEN_BYTES = 300;
const DRIPPED = '{"status_code":1000,"timestamp":"2026-01-01T00:00:00Z"}';

/** Answers, or does not, as one who is sick. */
export async function answerSick(sickness: Sickness, response: ServerResponse): Promise<void> {
  switch (sickness) {
    case 'black-hole':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'slow':
      await pause(SLOW, undefined, { ref: false });
      response.end(DRIPPED);
      return;
    case 'drip':
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const byte of DRIPPED) {
        if (response.destroyed) return;
        response.write(byte);
        await pause(BETWEEN_BYTES, undefined, { ref: false });
      }
      response.end();
  }
}
