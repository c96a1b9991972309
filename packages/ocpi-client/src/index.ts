export * from './ask-peer';
export * from './called-peer';
export * from './egress-policy';
export * from './ocpi-answer';
export * from './ocpi-client';
export * from './peer-calls';
export type { Resolve } from './pinned-lookup';
export * from './require-success';
export * from './retry-after-millis';
