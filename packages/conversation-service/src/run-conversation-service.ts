import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { ChangeRelay, changeTopic, createKafka, ensureChangeTopic } from '@roamgrid/changes';
import type { ConversationDeclaration } from '@roamgrid/modules';
import { EgressPolicy, openPeerCalls } from '@roamgrid/ocpi-client';
import { conversationsContract, relaysContract, runService, type PrepareContext, type ServiceContext } from '@roamgrid/runtime';
import { connectionProblem, connectMongo, type ObjectCollections } from '@roamgrid/store';
import { AskedSide } from './asked-side';
import { AskingSide } from './asking-side';
import { conversationSections, type ConversationConfig } from './conversation-config';
import { conversationHandlers } from './conversation-handlers';
import type { ConversationHooks } from './conversation-hooks';
import { openConversations, type ConversationDocument } from './conversation-document';
import { ConversationStore } from './conversation-store';
import { runDueLoop } from './due-loop';
import { Notices } from './notices';
import { PassingOn } from './passing-on';

/** What a service of a conversation module has beside that: sections of configuration, and hooks that need other parts. */
export interface ConversationExtension<Extra extends object> {
  readonly sections: Readonly<Record<string, object>>;
  readonly hooks: (context: ServiceContext<ConversationConfig & Extra>, store: ConversationStore) => ConversationHooks;
}

const DAY = 86_400_000;

/** Runs the service of a conversation module as this process. `main` is the __dirname of its main. */
export async function runConversationService<Extra extends object>(
  module: ConversationDeclaration,
  main: string,
  extension: ConversationExtension<Extra>,
): Promise<void> {
  await runService<ConversationConfig & Extra>({
    name: module.id,
    directory: join(main, '..'),
    sections: { ...conversationSections, ...extension.sections },
    start: (context) => startConversations(module, context, extension),
    prepare: (context) => prepareConversations(module, context),
  });
}

async function prepareConversations(module: ConversationDeclaration, context: PrepareContext<ConversationConfig>): Promise<void> {
  const { config, logger, onStop } = context;
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  await openConversations(connection, module.id);
  const kafka = createKafka(config.kafka, `roamgrid-${module.id}`, logger);
  await ensureChangeTopic(kafka, changeTopic(config.kafka.topicPrefix, module.id), 'conversation');
}

async function startConversations<Extra extends object>(
  module: ConversationDeclaration,
  context: ServiceContext<ConversationConfig & Extra>,
  extension: ConversationExtension<Extra>,
): Promise<void> {
  const { config, logger, clock, health, holder, grpc, onStop } = context;
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  health.check('mongodb', () => connectionProblem(connection));
  const store = await ConversationStore.open(connection, module.id, clock, config.keep * DAY);
  const peers = openPeerCalls(context);
  health.check('credentials', () => (peers.directory.complete ? undefined : 'no word from the credentials service yet'));
  const talk = { module, config, store, ...peers, egress: new EgressPolicy(config.egress), clock, logger, newId: randomUUID };
  const parts = { ...talk, hooks: extension.hooks(context, store) };
  const asking = new AskingSide(parts);
  const passing = new PassingOn(parts, asking);
  const [asked, notices] = [new AskedSide(parts, passing), new Notices(parts)];
  grpc.add(conversationsContract, conversationHandlers(store, asked, asking, notices));

  const stop = new AbortController();
  const relay = new ChangeRelay({
    connection,
    collections: { objects: store.collection as unknown as ObjectCollections['objects'] },
    kafka: createKafka(config.kafka, `roamgrid-${module.id}`, logger),
    ...{ topicPrefix: config.kafka.topicPrefix, module: module.id, style: 'conversation', version: module.version },
    ...{ holder, clock, logger },
  });
  grpc.add(relaysContract, { Status: () => relay.status() });
  const whose = ({ talk }: ConversationDocument): AskedSide | AskingSide | Notices | PassingOn => {
    if (notices.kind(talk.kind)) return notices;
    if (passing.concerns(talk)) return passing;
    return talk.direction === 'asked' ? asked : asking;
  };
  const goOn = (document: ConversationDocument): Promise<void> => whose(document).goOn(document);
  const whenKnown = async (): Promise<void> => {
    if (!peers.directory.complete) await once(peers.directory, 'complete', { signal: stop.signal }).catch(() => undefined); // ends with the signal
    await runDueLoop({ store, goOn, poll: config.poll, clock, logger }, stop.signal); // a peer that is not heard of yet is not gone
  };
  const working = [relay.run(stop.signal), whenKnown()];
  onStop('conversations', async () => {
    stop.abort();
    await Promise.all(working);
  });
}
