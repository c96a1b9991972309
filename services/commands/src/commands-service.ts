import { randomUUID } from 'node:crypto';
import type { ConversationExtension } from '@roamgrid/conversation-service';
import { commandedContract, objectsContract } from '@roamgrid/runtime';
import { CommandedTokens } from './commanded-tokens';
import { completeCommand } from './complete-command';
import { commandsSections, type CommandsConfig } from './commands-config';
import { CommandJudge } from './judge-command';

/** What the commands service knows beside how conversations go: what a command is for, and with which Token. */
export const commandsExtension: ConversationExtension<CommandsConfig> = {
  sections: commandsSections,
  hooks: ({ config, clock, connect, grpc, onStop }, store) => {
    const { locations, sessions, tokens } = config.objects;
    const clients = { locations: connect(objectsContract, locations), sessions: connect(objectsContract, sessions), tokens: connect(objectsContract, tokens) };
    for (const client of Object.values(clients)) onStop('objects', () => client.close());
    const commanded = new CommandedTokens(store, clock);
    grpc.add(commandedContract, { Find: (request) => commanded.find(request) });
    const judge = new CommandJudge({ ...clients, store, supported: config.supported, clock, newId: randomUUID });
    return {
      judge: (asked) => judge.judge(asked),
      complete: (wanted) => completeCommand(clients.tokens, wanted),
    };
  },
};
