import type { ErrorCode } from './error-codes';

/** The one error of Roamgrid: a code of the registry and a sentence that says what, where and what was expected. */
export class RoamgridError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RoamgridError';
    this.code = code;
  }

  /** An error as it is, or a foreign one wrapped as a defect of ours. */
  static from(error: unknown): RoamgridError {
    if (error instanceof RoamgridError) return error;
    return new RoamgridError('internal', messageOf(error), { cause: error });
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
