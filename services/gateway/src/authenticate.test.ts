import { authorizationHeader, hashToken } from '@roamgrid/ocpi';
import { connectGrpc, createLogger, credentialsContract, GrpcServer, PeerDirectory, RoamgridError, systemClock, type Peer } from '@roamgrid/runtime';
import { authenticate } from './authenticate';

const KEY = 'the key of hashes';
const hash = (token: string): string => hashToken(KEY, token);
const logger = createLogger('test', 'silent');

function peer(id: string, token: string, change: Partial<Peer> = {}): Peer {
  return {
    id, name: id, state: 'registered', version: '2.2.1', versions_url: '', roles: [], endpoints: [],
    inbound_tokens: [{ hash: hash(token), scope: 'all', expires: 0 }], outbound_token: '', rev: 1, quirks: {}, ...change,
  };
}

describe('the peer of a request', () => {
  const unwanted = (): Promise<never> => Promise.reject(new Error('not a call of this test'));
  let asked: string[];
  let answer: (hash: string) => Peer;
  let server: GrpcServer;
  let directory: PeerDirectory;

  beforeEach(async () => {
    asked = [];
    answer = () => {
      throw new RoamgridError('peer.unknown', 'nobody has this token');
    };
    server = new GrpcServer(logger);
    server.add(credentialsContract, {
      Authenticate: async ({ token_hash }) => {
        asked.push(token_hash);
        return answer(token_hash);
      },
      Watch: unwanted, Show: unwanted, Register: unwanted, Update: unwanted, Unregister: unwanted,
      Invite: unwanted, Connect: unwanted, Renew: unwanted, Disconnect: unwanted, ListPeers: unwanted,
      SetQuirks: unwanted,
    });
    const address = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
    directory = new PeerDirectory(connectGrpc(credentialsContract, address), logger, systemClock);
    directory.apply(peer('a', 'token-of-a'));
    directory.apply(peer('b', 'token-of-b'));
  });
  afterEach(async () => {
    directory.close();
    await server.close(0);
  });

  const known = (header: string | undefined): ReturnType<typeof authenticate> => authenticate(header, directory, KEY);
  const refusal = async (header: string | undefined): Promise<[string, string]> => {
    const error = RoamgridError.from(await known(header).then(() => new Error('it was taken'), (reason: unknown) => reason));
    return [error.code, error.message];
  };

  it('TRN-04 TRN-10 is known by the token alone, and nobody is asked', async () => {
    const { peer: found, tokenHash, registrationOnly } = await known(authorizationHeader('token-of-b'));
    expect([found.id, tokenHash, registrationOnly, asked]).toEqual(['b', hash('token-of-b'), false, []]);
  });

  it('TRN-06 is known by a raw token too', async () => {
    expect((await known('Token token-of-a')).peer.id).toBe('a');
  });

  it('TRN-06 is known by a raw token that looks like Base64', async () => {
    const raw = Buffer.from('looks-like-base64').toString('base64');
    directory.apply(peer('c', raw));
    expect((await known(`Token ${raw}`)).peer.id).toBe('c');
    expect(asked).toEqual([]);
  });

  it('TRN-09 is told when the token opens registration only', async () => {
    directory.apply(peer('d', 'token-a', { state: 'invited', inbound_tokens: [{ hash: hash('token-a'), scope: 'registration', expires: 0 }] }));
    expect((await known(authorizationHeader('token-a'))).registrationOnly).toBe(true);
  });

  it('CRD-03 is asked for when the directory does not know the token yet, and known from then on', async () => {
    answer = (wanted) => {
      if (wanted !== hash('fresh')) throw new RoamgridError('peer.unknown', 'nobody has this token');
      return peer('e', 'fresh');
    };
    expect((await known(authorizationHeader('fresh'))).peer.id).toBe('e');
    const questions = asked.length;
    expect((await known(authorizationHeader('fresh'))).peer.id).toBe('e');
    expect(asked).toHaveLength(questions);
  });

  it('TRN-02 is nobody for an unknown token; the answer does not repeat it', async () => {
    const [code, message] = await refusal(authorizationHeader('guess-1234'));
    expect([code, message]).toEqual(['token.unknown', 'the credentials token is not known']);
    expect(asked).toContain(hash('guess-1234'));
  });

  it.each([undefined, '', 'Bearer abc', 'Token'])('TRN-01 is nobody for the header %j, and nobody is asked', async (header) => {
    expect((await refusal(header))[0]).toBe('token.unknown');
    expect(asked).toEqual([]);
  });

  it('CRD-24 is not known by a token that has expired, whoever answers for it', async () => {
    const expired = peer('f', 'old', { inbound_tokens: [{ hash: hash('old'), scope: 'all', expires: 1 }] });
    directory.apply(expired);
    answer = () => expired;
    expect((await refusal(authorizationHeader('old')))[0]).toBe('token.unknown');
  });

  it('CRD-27 is not known by a token of a removed peer, also where an older answer comes late', async () => {
    directory.apply(peer('a', 'token-of-a', { state: 'removed', rev: 3 }));
    answer = () => peer('a', 'token-of-a', { rev: 2 });
    expect((await refusal(authorizationHeader('token-of-a')))[0]).toBe('token.unknown');
  });

  it('is not refused while nobody can say: an unknown token is then unavailable', async () => {
    answer = () => {
      throw new RoamgridError('unavailable', 'the store does not answer');
    };
    expect((await refusal(authorizationHeader('fresh')))[0]).toBe('unavailable');
    expect((await known(authorizationHeader('token-of-a'))).peer.id).toBe('a');
  });
});
