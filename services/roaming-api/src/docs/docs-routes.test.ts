import { ApiUnderTest } from '../../test/api-under-test';

describe('the page of the document', () => {
  let api: ApiUnderTest;
  const get = (path: string): Promise<Response> => api.call('GET', path, { redirect: 'manual' });

  beforeAll(async () => {
    api = await ApiUnderTest.start();
  });

  afterAll(() => api.close());

  it('consists of what this service serves, and of nothing else', async () => {
    const page = await get('/docs');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toHaveLength(4);
    for (const link of links) {
      const answer = await get(`/${link}`);
      expect([link, answer.status, (await answer.arrayBuffer()).byteLength > 50]).toEqual([link, 200, true]);
    }
    expect(html).not.toMatch(/https?:|<script>/);
  });

  it('shows the document that is served', async () => {
    const script = await (await get('/docs/start.js')).text();
    expect(script).toContain("url: 'openapi.json'");
    expect((await get('/openapi.json')).status).toBe(200);
  });

  it('leads from its address with a slash to the one that its links are for', async () => {
    const answer = await fetch(`${api.url}/docs/`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([301, '../docs']);
  });

  it.each(['package.json', '..%2Fpackage.json', 'constructor', 'index.html'])('serves no other file: %s', async (name) => {
    expect((await get(`/docs/${name}`)).status).toBe(404);
  });
});
