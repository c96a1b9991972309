export * from './object-handlers';
export * from './object-reads';
export * from './object-writes';
export * from './run-object-service';
