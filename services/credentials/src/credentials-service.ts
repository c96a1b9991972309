import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EgressPolicy, OcpiClient } from '@roamgrid/ocpi-client';
import {
  credentialsContract,
  type CredentialsCalls,
  type Handlers,
  type ServiceContext,
  type ServiceDefinition,
} from '@roamgrid/runtime';
import { connectionProblem, connectMongo } from '@roamgrid/store';
import { credentialsSections, type CredentialsConfig } from './config';
import { CredentialsInitiator } from './credentials-initiator';
import { CredentialsReceiver } from './credentials-receiver';
import type { Handshake } from './handshake';
import { OwnPlatform } from './own-platform';
import { PeerApi } from './peer-api';
import { toPeer } from './peer-document';
import { PeerStore } from './peer-store';
import { TokenVault } from './token-vault';
import { watchDirectory } from './watch-directory';

/** The one owner of peers, their tokens, roles and endpoints. */
export const credentialsService: ServiceDefinition<CredentialsConfig> = {
  name: 'credentials',
  directory: join(__dirname, '..'),
  sections: credentialsSections,
  async start(context) {
    const handshake = await openHandshake(context);
    context.grpc.add(credentialsContract, handlers(handshake));
  },
  async prepare({ config, logger, clock, onStop }) {
    const connection = await connectMongo(config.mongodb, logger);
    onStop('mongodb', () => connection.close());
    await PeerStore.open(connection, clock);
  },
};

async function openHandshake({
  config,
  logger,
  clock,
  health,
  onStop,
}: ServiceContext<CredentialsConfig>): Promise<Handshake> {
  const own = new OwnPlatform(config);
  const vault = new TokenVault(config.tokenHashKey, config.sealing);
  const client = new OcpiClient({ egress: new EgressPolicy(config.egress), clock });
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  onStop('ocpi client', () => client.close());
  health.check('mongodb', () => connectionProblem(connection));
  const store = await PeerStore.open(connection, clock);
  const resealed = await store.resealAll((sealed, peerId) => vault.reseal(sealed, peerId));
  if (resealed > 0) logger.info({ peers: resealed, keyId: config.sealing.keyId }, 'tokens sealed with the new key');
  const { versions, rotationGrace } = config;
  return {
    store,
    vault,
    api: new PeerApi(client),
    own,
    versions,
    grace: rotationGrace * 1000,
    clock,
    logger,
    ids: randomUUID,
  };
}

function handlers(handshake: Handshake): Handlers<CredentialsCalls> {
  const receiver = new CredentialsReceiver(handshake);
  const initiator = new CredentialsInitiator(handshake);
  return {
    Watch: (request, send, signal) => watchDirectory(handshake, request.with_outbound_tokens, send, signal),
    Authenticate: async ({ token_hash }) => toPeer(await handshake.store.byTokenHash(token_hash)),
    Show: (call) => receiver.show(call),
    Register: (call) => receiver.register(call),
    Update: (call) => receiver.update(call),
    Unregister: (call) => receiver.unregister(call),
    Invite: (request) => initiator.invite(request),
    Connect: (request) => initiator.connect(request),
    Renew: ({ peer_id }) => initiator.renew(peer_id),
    Disconnect: ({ peer_id }) => initiator.disconnect(peer_id),
    ListPeers: async () => ({ peers: await initiator.listPeers() }),
    SetQuirks: (request) => initiator.setQuirks(request),
  };
}
