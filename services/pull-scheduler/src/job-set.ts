import type { ModuleDeclaration } from '@roamgrid/modules';
import type { PeerDirectory } from '@roamgrid/runtime';
import { JobRunner, type RunnerContext } from './job-runner';
import { pullJobs } from './pull-jobs';

const RETRY_PAUSE = 1_000;

/**
 * A runner for every job that the directory of peers asks for; new jobs begin and others end as the directory
 * changes.
 */
export class JobSet {
  readonly #context: RunnerContext;
  readonly #directory: PeerDirectory;
  readonly #modules: readonly ModuleDeclaration[];
  readonly #runners = new Map<string, JobRunner>();
  readonly #stop = new AbortController();
  /** Changes are applied one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(context: RunnerContext, directory: PeerDirectory, modules: readonly ModuleDeclaration[]) {
    this.#context = context;
    this.#directory = directory;
    this.#modules = modules;
    directory.on('complete', () => this.#align(''));
    directory.on('peer', ({ id }) => {
      if (directory.complete) this.#align(id);
    });
  }

  /** Lets every runner look again whether something is due. */
  wake(): void {
    for (const runner of this.#runners.values()) runner.wake();
  }

  /** Ends all; jobs stay as they are and go on at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const stopping = [...this.#runners.values()].map((runner) => runner.stop());
    await this.#context.client.close(); // requests under way end now, not when they time out
    await Promise.all([...stopping, this.#last]);
  }

  /** Brings the jobs of a peer (empty: of all) in line with the directory, however often that takes. */
  #align(peer: string): void {
    this.#last = this.#last.then(async () => {
      const { clock, logger } = this.#context;
      const { signal } = this.#stop;
      while (!signal.aborted) {
        try {
          return await this.#alignOnce(peer);
        } catch (error) {
          logger.warn({ err: error, peer }, 'pull jobs not in line with the directory yet');
          await clock.sleep(RETRY_PAUSE, signal);
        }
      }
    });
  }

  async #alignOnce(peer: string): Promise<void> {
    const { platform } = this.#directory;
    if (!platform) return;
    const peers = this.#directory.peers().filter(({ id }) => peer === '' || id === peer);
    const wanted = new Map(pullJobs(platform, peers, this.#modules).map((job) => [job.id, job]));
    if (peer !== '' && !this.#directory.peer(peer)) await this.#context.pauses.resume(peer); // it is gone
    const running = [...this.#runners.keys()].filter((id) => peer === '' || id.startsWith(`${peer}|`));
    const present = new Set([...running, ...(await this.#context.jobs.ids(peer))]);
    for (const id of present) if (!wanted.has(id)) await this.#remove(id);
    for (const job of wanted.values()) {
      if (this.#stop.signal.aborted) return;
      const runner = this.#runners.get(job.id);
      if (runner) await runner.change(job);
      else this.#runners.set(job.id, new JobRunner(this.#context, job));
    }
  }

  async #remove(id: string): Promise<void> {
    await this.#runners.get(id)?.stop();
    this.#runners.delete(id);
    await this.#context.jobs.remove(id);
    await this.#context.seenKeys.forgetOthers(id);
    this.#context.logger.info({ job: id }, 'pull job removed');
  }
}
