import { runConversationService } from '@roamgrid/conversation-service';
import { commands } from '@roamgrid/modules';
import { commandsExtension } from './commands-service';

void runConversationService(commands, __dirname, commandsExtension);
