export * from './change-consumer';
export * from './change-event';
export * from './change-relay';
export * from './change-tail';
export * from './kafka';
export * from './topic-offsets';
