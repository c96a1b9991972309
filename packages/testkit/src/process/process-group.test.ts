import { EventEmitter } from 'node:events';

import { ProcessGroup, type Stoppable } from './process-group';

class FakeProcess extends EventEmitter {
  readonly pid = 4711;
  readonly killed: string[] = [];

  kill(pid: number, signal: NodeJS.Signals): void {
    this.killed.push(`${pid} ${signal}`);
  }
}

describe('ProcessGroup', () => {
  let log: string[];

  beforeEach(() => {
    log = [];
  });

  function member(name: string, stop: () => Promise<void> = () => Promise.resolve()): Stoppable {
    return {
      name,
      stop: () => {
        log.push(`stop ${name}`);
        return stop();
      },
      signal: (signal) => {
        log.push(`${signal} ${name}`);
        return true;
      },
    };
  }

  it('stops its members one after the other, the last added first', async () => {
    const group = new ProcessGroup();
    group.add(member('mongod', async () => void log.push('mongod is down')));
    group.add(member('gateway', async () => void log.push('gateway is down')));
    await group.stop();
    await group.stop();
    expect(log).toEqual(['stop gateway', 'gateway is down', 'stop mongod', 'mongod is down']);
  });

  it('stops the others when one fails, then reports it', async () => {
    const group = new ProcessGroup();
    group.add(member('mongod'));
    group.add(member('gateway', () => Promise.reject(new Error('no'))));
    await expect(group.stop()).rejects.toThrow('not everything could be stopped');
    expect(log).toEqual(['stop gateway', 'stop mongod']);
  });

  it('takes no member while it stops', async () => {
    const group = new ProcessGroup();
    await group.stop();
    expect(() => group.add(member('late'))).toThrow('late was added to a group that is being stopped');
  });

  it.each(['SIGINT', 'SIGTERM'])('on %s stops in order, then ends the process by the same signal', async (signal) => {
    const source = new FakeProcess();
    const group = new ProcessGroup().stopWithProcess(source);
    group.add(member('mongod'));
    group.add(member('gateway'));
    source.emit(signal, signal);
    expect(source.killed).toEqual([]);
    await group.stop();
    expect(log).toEqual(['stop gateway', 'stop mongod']);
    expect(source.killed).toEqual([`4711 ${signal}`]);
    expect(source.listenerCount(signal)).toBe(0);
  });

  it('on a second signal kills what is left', () => {
    const source = new FakeProcess();
    const group = new ProcessGroup().stopWithProcess(source);
    group.add(member('mongod', () => new Promise(() => undefined)));
    source.emit('SIGINT', 'SIGINT');
    source.emit('SIGINT', 'SIGINT');
    expect(log).toEqual(['stop mongod', 'SIGKILL mongod']);
  });

  it('kills its members when the process exits', () => {
    const source = new FakeProcess();
    new ProcessGroup().stopWithProcess(source).add(member('mongod'));
    source.emit('exit', 0);
    expect(log).toEqual(['SIGKILL mongod']);
  });

  it('leaves the process alone once it was stopped', async () => {
    const source = new FakeProcess();
    await new ProcessGroup().stopWithProcess(source).stop();
    expect(source.eventNames()).toEqual([]);
  });
});
