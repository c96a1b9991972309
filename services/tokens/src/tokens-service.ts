import { randomUUID } from 'node:crypto';
import type { LocationReferences } from '@roamgrid/modules';
import type { ObjectServiceExtension } from '@roamgrid/object-service';
import { EgressPolicy, OcpiClient } from '@roamgrid/ocpi-client';
import { askingContract, credentialsContract, PeerDirectory, RoamgridError, type AskReply, type AskRequest } from '@roamgrid/runtime';
import { TokenAsker } from './asking/token-asker';
import { Authorizer } from './authorization/authorizer';
import { StoredTokens } from './authorization/stored-tokens';
import { tokensSections, type TokensConfig } from './tokens-config';

/** What the tokens service does beside owning Tokens: it answers for ours, and asks about those of others. */
export const tokensExtension: ObjectServiceExtension<TokensConfig> = {
  sections: tokensSections,
  hooks: ({ config, logger, clock, grpc, connect, onStop }, { store }) => {
    const tokens = new StoredTokens(store);
    const authorizer = new Authorizer({ config: config.authorization, tokens, newReference: randomUUID, logger });
    const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
    void directory.follow(true);
    onStop('directory', () => directory.close());
    const client = new OcpiClient({ egress: new EgressPolicy(config.egress), clock });
    onStop('client', () => client.close());
    const asker = new TokenAsker({ config: config.asking, directory, tokens, authorizer, client, logger });
    grpc.add(askingContract, { Ask: (request) => ask(asker, request) });
    return { actions: { authorize: (asked) => authorizer.authorize(asked) } };
  },
};

async function ask(asker: TokenAsker, { action, party, ids, json }: AskRequest): Promise<AskReply> {
  if (action !== 'authorize') throw new RoamgridError('route.unknown', `tokens have no ${action}`);
  const location = json.length > 0 ? (JSON.parse(json.toString()) as LocationReferences) : undefined;
  const { info, origin, decided } = await asker.ask({ ids, party: party ?? undefined, location }); // gRPC has null for none
  return { json: Buffer.from(JSON.stringify(info)), origin, decided };
}
