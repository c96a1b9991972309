export type { components, operations, paths } from './generated/api';
export { ApiProblem, type Problem } from './api-problem';
export { FeedEvents, type FeedEvent, type FeedOptions } from './feed-events';
export type {
  ConversationName,
  ConversationOf,
  ConversationSelection,
  ImportedLine,
  ImportOptions,
  ImportSummary,
  ListedItem,
  ModuleName,
  ModuleObject,
  OwnObject,
  Selection,
} from './module-types';
export { RoamgridClient, type RoamgridClientOptions } from './roamgrid-client';
