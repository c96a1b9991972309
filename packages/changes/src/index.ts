export * from './change-consumer';
export * from './change-event';
export * from './change-relay';
export * from './change-tail';
export * from './fenced-producer';
export * from './consumer-lag';
export * from './kafka';
export * from './topic-offsets';
