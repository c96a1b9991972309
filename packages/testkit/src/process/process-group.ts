import { type ProcessSpec, SupervisedProcess } from './supervised-process';

/** Something a group can stop: a {@link SupervisedProcess}, a server, another group. */
export interface Stoppable {
  readonly name?: string;
  stop(): Promise<void>;
  /** Sends a signal at once, without waiting; used for SIGKILL when the launcher itself must end now. */
  signal?(signal: NodeJS.Signals): boolean;
}

/** What a group needs of the `process` object to end in order; given by tests. */
export interface SignalSource {
  readonly pid: number;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

const END_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Stops everything that was added to it, the last added first. */
export class ProcessGroup implements Stoppable {
  readonly #members: Stoppable[] = [];
  #stopping: Promise<void> | undefined;
  #stopListening: () => void = () => undefined;

  /** Adds a member and gives it back. A group that is stopping takes no more. */
  add<Member extends Stoppable>(member: Member): Member {
    if (this.#stopping) throw new Error(`${member.name ?? 'a member'} was added to a group that is being stopped`);
    this.#members.push(member);
    return member;
  }

  /** Starts a process as a member of the group and waits until it is ready. It is a member even if its start fails. */
  async start(spec: ProcessSpec): Promise<SupervisedProcess> {
    const member = this.add(new SupervisedProcess(spec));
    await member.start();
    return member;
  }

  /** Stops all members in reverse order, each also when another one fails to stop; then reports the failures. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  signal(signal: NodeJS.Signals): boolean {
    return [...this.#members]
      .reverse()
      .map((member) => member.signal?.(signal) ?? false)
      .includes(true);
  }

  /**
   * Ties the group to the life of this process: SIGINT, SIGTERM and SIGHUP stop it in order and then end the process by
   * the same signal; a second signal, or the exit of the process, kills all members at once.
   */
  stopWithProcess(source: SignalSource = process): this {
    this.#stopListening();
    const onExit = (): void => void this.signal('SIGKILL');
    const onSignal = (signal: unknown): void => {
      if (this.#stopping) onExit();
      const end = (): void => {
        this.#stopListening();
        source.kill(source.pid, signal as NodeJS.Signals);
      };
      this.stop().then(end, end);
    };
    for (const signal of END_SIGNALS) source.on(signal, onSignal);
    source.on('exit', onExit);
    this.#stopListening = () => {
      for (const signal of END_SIGNALS) source.off(signal, onSignal);
      source.off('exit', onExit);
      this.#stopListening = () => undefined;
    };
    return this;
  }

  async #stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const member of [...this.#members].reverse()) {
      await member.stop().catch((error: unknown) => failures.push(error));
    }
    this.#stopListening();
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
  }
}
