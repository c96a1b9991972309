export { checkOwner } from './check-owner';
export * from './object-handlers';
export * from './object-hooks';
export type { JsonObject } from './read-body';
export type { WriteScope } from './incoming';
export * from './object-reads';
export * from './object-writes';
export * from './run-object-service';
