import pino, { type Logger } from 'pino';

export type { Logger };

/** JSON lines on standard output. Fields that can hold a secret are cut out, wherever they stand (TRN-67). */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    base: { service: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['token', 'authorization', 'outbound_token', '*.token', '*.authorization', '*.outbound_token', '*.uid'],
      censor: '***',
    },
  });
}
