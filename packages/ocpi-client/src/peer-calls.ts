import { credentialsContract, PeerDirectory, type ServiceContext } from '@roamgrid/runtime';
import { EgressPolicy, type EgressConfig } from './egress-policy';
import { OcpiClient } from './ocpi-client';

/** What a service needs of its configuration to call peers. */
export interface PeerCallsConfig {
  /** Address of the credentials service. */
  readonly credentials: string;
  readonly egress: EgressConfig;
}

/** Who the peers are, and the way to call them. */
export interface PeerCalls {
  readonly directory: PeerDirectory;
  readonly client: OcpiClient;
}

/** Follows the directory of peers, tokens included, and opens a client for calls to them; both end with the service. */
export function openPeerCalls({ config, logger, clock, connect, onStop }: ServiceContext<PeerCallsConfig>): PeerCalls {
  const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
  void directory.follow(true);
  onStop('directory', () => directory.close());
  const client = new OcpiClient({ egress: new EgressPolicy(config.egress), clock });
  onStop('client', () => client.close());
  return { directory, client };
}
