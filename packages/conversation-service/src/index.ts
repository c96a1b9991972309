export * from './conversation-config';
export * from './conversation-document';
export * from './conversation-hooks';
export * from './conversation-store';
export * from './run-conversation-service';
