export * from './connect-mongo';
export * from './group-commit';
export * from './lease';
export { type Tally } from './object-counters';
export * from './object-document';
export * from './object-page';
export * from './object-store';
export * from './store-error';
export * from './write-batch';
