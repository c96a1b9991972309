/** OCPI status codes (STS-01 … STS-16). The thousand tells who erred: 1 nobody, 2 client, 3 server, 4 hub. */
export const StatusCode = {
  Success: 1000,
  ClientError: 2000,
  InvalidParameters: 2001,
  NotEnoughInformation: 2002,
  UnknownLocation: 2003,
  UnknownToken: 2004,
  ServerError: 3000,
  UnableToUseClientApi: 3001,
  UnsupportedVersion: 3002,
  NoMatchingEndpoints: 3003,
  HubError: 4000,
  UnknownReceiver: 4001,
  ForwardTimeout: 4002,
  ConnectionProblem: 4003,
} as const;

export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];

/** Success by its thousand-range, so that codes unknown to us are understood too (STS-14). */
export function isSuccess(statusCode: number): boolean {
  return statusCode >= 1000 && statusCode < 2000;
}
