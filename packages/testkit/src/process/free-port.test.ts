import { createServer } from 'node:net';

import { FreePorts, freePort } from './free-port';

describe('FreePorts', () => {
  it('never gives the same port twice, even when chance points at the same one', async () => {
    const ports = new FreePorts(() => 0.5);
    const given = [await ports.next(), await ports.next(), await ports.next()];
    expect(new Set(given).size).toBe(3);
  });

  it('gives different ports to callers that ask at once', async () => {
    const given = await Promise.all(Array.from({ length: 20 }, () => freePort()));
    expect(new Set(given).size).toBe(20);
  });

  it('skips a port that somebody listens on', async () => {
    const first = await new FreePorts(() => 0.25).next();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(first, '127.0.0.1', resolve));
    try {
      expect(await new FreePorts(() => 0.25).next()).not.toBe(first);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('stays below the range of outgoing connections and node ports', async () => {
    for (const random of [0, 0.5, 0.99999]) {
      const port = await new FreePorts(() => random).next();
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(30_000);
    }
  });
});
