import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { generate } from 'selfsigned';
import type { TlsFiles } from './config-sections';
import { connectGrpc } from './connect-grpc';
import { credentialsContract, type CredentialsCalls } from './contracts/credentials';
import type { Client, Handlers } from './contracts/contract';
import { grpcSecurity, plaintext, type GrpcSecurity } from './grpc-security';
import { createLogger } from './logger';
import { messageOf, type RoamgridError } from './roamgrid-error';
import { GrpcServer } from './serve-grpc';

interface Issued {
  readonly key: string;
  readonly cert: string;
}

const REFRESH = 50;
/** The files are read after REFRESH, and clients that were refused wait before they try again. */
const PATIENCE = 20_000;

async function authority(name: string): Promise<Issued> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  return { key, cert };
}

async function issue(ca: Issued, host: string): Promise<Issued> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
    ca,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  });
  return { key, cert };
}

describe('gRPC between services with certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roamgrid-tls-'));
  const logger = createLogger('test', 'silent');
  const closing: (() => Promise<void> | void)[] = [];
  let ca: Issued;
  let ours: TlsFiles;
  let address = '';

  function files(name: string, authority: Issued, { cert, key }: Issued): TlsFiles {
    const write = (part: string, pem: string): string => {
      const file = join(folder, `${name}-${part}.pem`);
      writeFileSync(file, pem);
      return file;
    };
    return { caFile: write('ca', authority.cert), certFile: write('cert', cert), keyFile: write('key', key) };
  }

  beforeAll(async () => {
    ca = await authority('platform');
    ours = files('ours', ca, await issue(ca, 'localhost'));
    address = await serve(grpcSecurity(ours));
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    rmSync(folder, { recursive: true });
  });

  async function serve(security: GrpcSecurity): Promise<string> {
    const server = new GrpcServer(logger, security);
    const handlers: Partial<Handlers<CredentialsCalls>> = { ListPeers: async () => ({ peers: [] }) };
    server.add(credentialsContract, handlers as Handlers<CredentialsCalls>);
    closing.push(() => server.close(100));
    return `localhost:${await server.listen('127.0.0.1', 0)}`;
  }

  function connect(security: GrpcSecurity, to = address): Client<CredentialsCalls> {
    const client = connectGrpc(credentialsContract, to, security);
    closing.push(() => client.close());
    return client;
  }

  const outcome = (client: Client<CredentialsCalls>): Promise<string> =>
    client.ListPeers({}, { timeout: 3_000 }).then(() => 'answered', (error: RoamgridError) => error.code);

  it('is taken from a service of the same authority', async () => {
    expect(await outcome(connect(grpcSecurity(ours)))).toBe('answered');
  });

  it('is refused without a certificate, and with one of somebody else', async () => {
    const other = await authority('elsewhere');
    const foreign = files('foreign', ca, await issue(other, 'localhost'));
    expect(await outcome(connect(plaintext))).toBe('unavailable');
    expect(await outcome(connect(grpcSecurity(foreign)))).toBe('unavailable');
  });

  it('is not made to a server of another authority, or whose certificate names another host', async () => {
    const other = await authority('elsewhere');
    const stranger = await serve(grpcSecurity(files('stranger', ca, await issue(other, 'localhost'))));
    const misnamed = await serve(grpcSecurity(files('misnamed', ca, await issue(ca, 'tariffs.example'))));
    expect(await outcome(connect(grpcSecurity(ours), stranger))).toBe('unavailable');
    expect(await outcome(connect(grpcSecurity(ours), misnamed))).toBe('unavailable');
  });

  it('takes up renewed files without a restart', async () => {
    const next = await authority('next');
    const renewed = files('renewed', ca, await issue(ca, 'localhost'));
    const to = await serve(grpcSecurity(renewed, REFRESH));
    const nextClient = grpcSecurity(files('next', next, await issue(next, 'localhost')));
    expect(await outcome(connect(nextClient, to))).toBe('unavailable');
    files('renewed', next, await issue(next, 'localhost'));
    let last = '';
    for (const end = Date.now() + PATIENCE; last !== 'answered' && Date.now() < end; await pause(REFRESH)) {
      last = await outcome(connect(nextClient, to));
    }
    expect(last).toBe('answered');
  });

  it.each([
    [{ certFile: '' }, 'grpc.tls.certFile: a file name is expected'],
    [{ keyFile: '/nowhere/key.pem' }, 'grpc.tls.keyFile: no file /nowhere/key.pem'],
  ])('is refused at the start with %j', (change, problem) => {
    let message = '';
    try {
      grpcSecurity({ ...ours, ...change });
    } catch (error) {
      message = messageOf(error);
    }
    expect(message).toContain(problem);
  });

  it('is plaintext where no file is named', () => {
    expect(grpcSecurity({ caFile: '', certFile: '', keyFile: '' })).toBe(plaintext);
  });
});
