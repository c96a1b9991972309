export * from './change-consumer';
export * from './change-event';
export * from './change-relay';
export * from './kafka';
