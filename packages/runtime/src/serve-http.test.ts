import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { Health } from './health';
import { serveHttp, type HttpServer } from './serve-http';

describe('an HTTP server of a service', () => {
  let server: HttpServer | undefined;
  let health: Health;
  const agent = new Agent({ keepAlive: true });

  afterEach(() => server?.close());
  afterAll(() => agent.destroy());

  async function serve(publicUrl: string, app = echo): Promise<void> {
    health = new Health();
    server = await serveHttp(app, { host: '127.0.0.1', port: 0, publicUrl, health, limits: {}, idle: 0 });
  }

  const echo: Parameters<typeof serveHttp>[0] = ({ url }, response) => void response.end(url);

  async function get(path: string): Promise<{ text: string; connection: string | undefined }> {
    const asked = request({ host: '127.0.0.1', port: server?.port, path, agent }).end();
    const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & { headers: Record<string, string> }];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    return { text: Buffer.concat(parts).toString(), connection: answer.headers['connection'] };
  }

  it('takes the path of its public URL off what an ingress passes on, and nothing else', async () => {
    await serve('https://roaming.example/base/path');
    const seen = async (path: string): Promise<string> => (await get(path)).text;
    expect(await seen('/base/path/ocpi/versions?x=1')).toBe('/ocpi/versions?x=1');
    expect(await seen('/ocpi/versions')).toBe('/ocpi/versions');
    expect(await seen('/base/path')).toBe('/');
    expect(await seen('/base/path?x=1')).toBe('/?x=1');
    expect(await seen('/base/pathology')).toBe('/base/pathology');
  });

  it('takes nothing off where the public URL has no path', async () => {
    await serve('https://roaming.example');
    expect((await get('/ocpi/versions')).text).toBe('/ocpi/versions');
  });

  it('serves on once told to stop, and asks its clients to connect elsewhere', async () => {
    await serve('http://localhost');
    expect((await get('/')).connection).toBe('keep-alive');
    health.stopping();
    expect(await get('/x')).toEqual({ text: '/x', connection: 'close' });
  });

  it('ends what it has begun before it is closed', async () => {
    let finish = (): void => undefined;
    await serve('http://localhost', (_, response) => {
      finish = () => response.end('whole');
      begun();
    });
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const answer = get('/');
    await started;
    const closed = server?.close();
    finish();
    expect((await answer).text).toBe('whole');
    await closed;
  });
});
