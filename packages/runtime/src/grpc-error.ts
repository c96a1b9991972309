import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { errorCodes, isErrorCode } from './error-codes';
import { RoamgridError } from './roamgrid-error';

const CODE_KEY = 'roamgrid-code';

/** What a server hands to gRPC for an error: the status of its code, the code itself as metadata. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  const known = RoamgridError.from(error);
  const metadata = new Metadata();
  metadata.set(CODE_KEY, known.code);
  return { code: errorCodes[known.code], details: known.message, metadata };
}

/** What a client makes of a failed call: the server's own error, or `unavailable` when no server judged the call. */
export function fromServiceError(error: ServiceError, serviceName: string): RoamgridError {
  const code = error.metadata?.get(CODE_KEY)[0];
  if (typeof code === 'string' && isErrorCode(code)) return new RoamgridError(code, error.details, { cause: error });
  const away = error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED || error.code === status.CANCELLED;
  return new RoamgridError(away ? 'unavailable' : 'internal', `${serviceName}: ${error.details}`, { cause: error });
}
