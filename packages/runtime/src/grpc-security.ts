import { existsSync } from 'node:fs';
import { ChannelCredentials, experimental, ServerCredentials } from '@grpc/grpc-js';
import type { TlsFiles } from './config-sections';
import { RoamgridError } from './roamgrid-error';

/** Milliseconds between two looks at the files, so that a renewed certificate is used without a restart. */
const REFRESH = 60_000;

/** How gRPC calls are protected, the ones that a service takes and the ones that it makes. */
export interface GrpcSecurity {
  readonly server: ServerCredentials;
  readonly client: ChannelCredentials;
}

/** No protection: for one machine, or for a network that does it. */
export const plaintext: GrpcSecurity = {
  server: ServerCredentials.createInsecure(),
  client: ChannelCredentials.createInsecure(),
};

/**
 * Plaintext where no file is named; else TLS on both sides: a server demands a certificate of the same authority, and a
 * client checks that the server's names the host that it calls. Throws config.invalid where a file is missing.
 */
export function grpcSecurity(files: TlsFiles, refresh = REFRESH): GrpcSecurity {
  const { caFile, certFile, keyFile } = files;
  if (caFile === '' && certFile === '' && keyFile === '') return plaintext;
  for (const [name, file] of Object.entries({ caFile, certFile, keyFile })) {
    if (file === '') throw new RoamgridError('config.invalid', `grpc.tls.${name}: a file name is expected, since another one is given`);
    if (!existsSync(file)) throw new RoamgridError('config.invalid', `grpc.tls.${name}: no file ${file}`);
  }
  const provider = new experimental.FileWatcherCertificateProvider({
    caCertificateFile: caFile,
    certificateFile: certFile,
    privateKeyFile: keyFile,
    refreshIntervalMs: refresh,
  });
  return {
    server: experimental.createCertificateProviderServerCredentials(provider, provider, true),
    client: experimental.createCertificateProviderChannelCredentials(provider, provider),
  };
}
