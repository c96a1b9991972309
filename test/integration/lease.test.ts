import { systemClock, type Clock } from '@roamgrid/runtime';
import { Lease, type Tenure } from '@roamgrid/store';
import { waitUntil } from '@roamgrid/testkit';
import type { Connection } from 'mongoose';

import { PausedProxy } from './paused-proxy';
import { logger, StoreStack } from './store-stack';

jest.setTimeout(60_000);

/** Until the signal ends. */
function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function until(what: string, probe: () => boolean): Promise<void> {
  return waitUntil(() => Promise.resolve(probe()), { what, timeoutMs: 20_000, intervalMs: 5 });
}

describe('a lease', () => {
  const stack = new StoreStack();
  const stops: AbortController[] = [];
  const running: Promise<void>[] = [];
  let database: string;
  let connections: Connection[];

  beforeAll(() => stack.start());
  beforeEach(async () => {
    database = stack.database();
    connections = await Promise.all([stack.connect(database), stack.connect(database), stack.connect(database)]);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await Promise.all(running.splice(0));
  });
  afterAll(() => stack.stop());

  function lease(holder: string, ttl: number, connection = connections[holder.charCodeAt(0) % 3]): Lease {
    if (!connection) throw new Error('no connection');
    return new Lease({ connection, name: 'work', holder, ttl, clock: systemClock, logger });
  }

  /** Lets a holder work whenever it has the lease; ends with the controller returned. */
  function hold(holder: Lease, work: (signal: AbortSignal, epoch: number, tenure: Tenure) => Promise<void>): AbortController {
    const stop = new AbortController();
    stops.push(stop);
    running.push(holder.hold(work, stop.signal));
    return stop;
  }

  it('is never held by two, and each new holder has a higher epoch', async () => {
    const tenures: { holder: string; epoch: number }[] = [];
    const working = new Set<AbortSignal>();
    let most = 0;
    for (const holder of ['a', 'b', 'c', 'd', 'e']) {
      hold(lease(holder, 300), async (signal, epoch) => {
        working.add(signal);
        // Who was told that it is over writes no more, though an answer that it waits for may still be under way.
        most = Math.max(most, [...working].filter((one) => !one.aborted).length);
        tenures.push({ holder, epoch });
        // A few turns of real work at the same server, then it is somebody else's turn.
        for (let i = 0; i < 3 && !signal.aborted; i += 1) await connections[0]?.collection('work').insertOne({ holder });
        working.delete(signal);
      });
    }
    await until('there were 25 tenures of at least 3 holders', () => tenures.length >= 25 && new Set(tenures.map(({ holder }) => holder)).size >= 3);
    expect(most).toBe(1);
    tenures.forEach((tenure, i) => {
      const before = tenures[i - 1];
      if (before) expect(tenure.epoch).toBeGreaterThan(before.epoch);
    });
  });

  it('is taken by exactly one of many who come at once', async () => {
    const taken = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((holder) => lease(holder, 60_000).tryAcquire()));
    expect(taken.filter((epoch) => epoch !== undefined)).toEqual([1]);
  });

  it('stays with its holder as long as that renews it', async () => {
    let lost = false;
    let epochs = 0;
    hold(lease('a', 300), async (signal) => {
      epochs += 1;
      await ended(signal);
      lost = true;
    });
    await until('it is held', () => epochs === 1);
    const other = lease('b', 300);
    const expires = async (): Promise<number> => {
      const document = await connections[0]?.collection<{ _id: string; expires: Date }>('leases').findOne({ _id: 'work' });
      return document?.expires.getTime() ?? 0;
    };
    const first = await expires();
    await waitUntil(async () => (await expires()) >= first + 900, { what: 'it was renewed for three times its time', timeoutMs: 20_000 });
    expect([await other.tryAcquire(), lost, epochs]).toEqual([undefined, false, 1]);
  });

  it('is taken over when its holder falls silent, with a higher epoch; the silent one learns it', async () => {
    const silent = lease('a', 200);
    expect(await silent.tryAcquire()).toBe(1);
    const next = lease('b', 60_000);
    let epoch: number | undefined;
    await waitUntil(async () => (epoch = await next.tryAcquire()) !== undefined, { what: 'the lease is taken over', timeoutMs: 20_000, intervalMs: 10 });
    expect(epoch).toBe(2);
    expect(await silent.tryAcquire()).toBeUndefined();
    expect(await next.tryAcquire()).toBe(2);
  });

  it('ends the work of a holder that is cut off, before another begins', async () => {
    const proxy = new PausedProxy(stack.mongodbPort);
    const port = await proxy.listen();
    const cutOff = await stack.connect(database, `mongodb://127.0.0.1:${port}/${database}?directConnection=true`);
    const events: string[] = [];
    hold(lease('a', 600, cutOff), async (signal, epoch, tenure) => {
      events.push(`a begins ${epoch}, holds: ${tenure.holds}`);
      await ended(signal);
      events.push(`a ends, holds: ${tenure.holds}`);
    });
    await until('a works', () => events.length === 1);
    proxy.fallSilent();
    hold(lease('b', 600), async (signal, epoch) => {
      events.push(`b begins ${epoch}`);
      await ended(signal);
    });
    await until('b works', () => events.some((event) => event.startsWith('b')));
    proxy.heal();
    expect(await lease('a', 600, cutOff).tryAcquire()).toBeUndefined();
    expect(events).toEqual(['a begins 1, holds: true', 'a ends, holds: false', 'b begins 2']);
    for (const stop of stops.splice(0)) stop.abort();
    await Promise.all(running.splice(0));
    await cutOff.close();
    await proxy.close();
  });

  it('that another had in between is no longer the same: the work ends, also where its holder gets it again', async () => {
    let letGo: () => void = () => undefined;
    const stoodStill = new Promise<void>((resolve) => (letGo = resolve));
    // A process that stands still: no time passes for it until it goes on.
    const sleep: Clock['sleep'] = async (millis, signal) => {
      await Promise.race([stoodStill, ...(signal ? [ended(signal)] : [])]);
      await systemClock.sleep(millis, signal);
    };
    const clock: Clock = { now: () => 0, sleep };
    const [connection] = connections;
    if (!connection) throw new Error('no connection');
    const epochs: number[] = [];
    let over = false;
    hold(new Lease({ connection, name: 'work', holder: 'a', ttl: 100, clock, logger }), async (signal, epoch) => {
      epochs.push(epoch);
      await ended(signal);
      over = true;
    });
    await until('a works', () => epochs.length === 1);
    const between = lease('b', 100);
    await waitUntil(async () => (await between.tryAcquire()) !== undefined, { what: 'b has it', timeoutMs: 20_000, intervalMs: 10 });
    await waitUntil(async () => (await lease('c', 1).tryAcquire()) !== undefined, { what: 'b has lost it again', timeoutMs: 20_000, intervalMs: 10 });
    letGo();
    await until('the work of a has ended', () => over);
    await until('a works again', () => epochs.length === 2);
    expect(epochs[1]).toBeGreaterThan(2);
  });

  it('is given back at the stop: the next one needs not wait', async () => {
    let working = false;
    const stop = hold(lease('a', 60_000), async (signal) => {
      working = true;
      await ended(signal);
    });
    await until('a works', () => working);
    stop.abort();
    await Promise.all(running.splice(0));
    expect(await lease('b', 60_000).tryAcquire()).toBe(2);
  });

  it('of a process that died is taken at once by the next one at its place, with a higher epoch, and by nobody else', async () => {
    expect(await lease('host:8081|first', 60_000).tryAcquire()).toBe(1);
    expect(await lease('host:8082|other', 60_000).tryAcquire()).toBeUndefined();
    expect(await lease('host:8081|first|other work', 60_000).tryAcquire()).toBeUndefined();
    expect(await lease('host:8081|second', 60_000).tryAcquire()).toBe(2);
    expect(await lease('host:8081|second', 60_000).tryAcquire()).toBe(2);
  });

  it('lets work that failed begin again', async () => {
    const epochs: number[] = [];
    hold(lease('a', 200), async (signal, epoch) => {
      epochs.push(epoch);
      if (epochs.length < 3) throw new Error('not yet');
      await ended(signal);
    });
    await until('it was begun three times', () => epochs.length === 3);
    expect([...epochs].sort((x, y) => x - y)).toEqual(epochs);
  });

  it('that never comes is no reason not to stop', async () => {
    await lease('a', 60_000).tryAcquire();
    let worked = false;
    const stop = hold(lease('b', 60_000), async () => {
      worked = true;
    });
    stop.abort();
    await Promise.all(running.splice(0));
    expect(worked).toBe(false);
  });

  it('of another name is another lease', async () => {
    const connection = connections[0];
    if (!connection) throw new Error('no connection');
    const other = new Lease({ connection, name: 'other work', holder: 'b', ttl: 60_000, clock: systemClock, logger });
    expect([await lease('a', 60_000).tryAcquire(), await other.tryAcquire()]).toEqual([1, 1]);
  });
});
