import { randomUUID } from 'node:crypto';
import type { LocationReferences } from '@roamgrid/modules';
import type { ObjectServiceExtension } from '@roamgrid/object-service';
import { openPeerCalls } from '@roamgrid/ocpi-client';
import { askingContract, commandedContract, RoamgridError, type AskReply, type AskRequest } from '@roamgrid/runtime';
import { TokenAsker } from './asking/token-asker';
import { Authorizer } from './authorization/authorizer';
import { StoredTokens } from './authorization/stored-tokens';
import { tokensSections, type TokensConfig } from './tokens-config';

/** What the tokens service does beside owning Tokens: it answers for ours, and asks about those of others. */
export const tokensExtension: ObjectServiceExtension<TokensConfig> = {
  sections: tokensSections,
  hooks: (context, { store }) => {
    const { config, logger, grpc, connect, onStop } = context;
    const commands = config.commands === '' ? undefined : connect(commandedContract, config.commands);
    if (commands) onStop('commands', () => commands.close());
    const tokens = new StoredTokens(store);
    const authorizer = new Authorizer({ config: config.authorization, tokens, newReference: randomUUID, logger });
    const asker = new TokenAsker({ ...openPeerCalls(context), config: config.asking, tokens, authorizer, ...(commands && { commands }), logger });
    grpc.add(askingContract, { Ask: (request) => ask(asker, request) });
    return { actions: { authorize: (asked) => authorizer.authorize(asked) } };
  },
};

async function ask(asker: TokenAsker, { action, party, ids, json }: AskRequest): Promise<AskReply> {
  if (action !== 'authorize') throw new RoamgridError('route.unknown', `tokens have no ${action}`);
  const location = json.length > 0 ? (JSON.parse(json.toString()) as LocationReferences) : undefined;
  const { info, origin, decided } = await asker.ask({ ids, party, location });
  return { json: Buffer.from(JSON.stringify(info)), origin, decided };
}
