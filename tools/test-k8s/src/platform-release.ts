import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RoamingApiClient } from '@roamgrid/testkit';
import { stringify } from 'yaml';
import { Kubectl } from './kubectl';
import { PortForward } from './port-forward';
import { runCommand } from './run-command';

/** Where the programs and the chart are. */
export interface Tools {
  readonly kubectl: string;
  readonly helm: string;
  /** Folder of the chart, with values-eval.yaml. */
  readonly chart: string;
}

export type Values = { readonly [name: string]: unknown };

export const RELEASE = 'roamgrid';
const TEST_POD = `${RELEASE}-test`;
const TIMEOUT = '6m';
const ROAMING_API_PORT = 8090;

/** A platform in a namespace of its own: one Helm release, and its roaming API through a forwarded port. */
export class PlatformRelease {
  readonly namespace: string;
  readonly kubectl: Kubectl;
  readonly #tools: Tools;
  readonly #values: Values;
  #forward: PortForward | undefined;
  #api: RoamingApiClient | undefined;

  constructor(tools: Tools, namespace: string, values: Values) {
    this.#tools = tools;
    this.namespace = namespace;
    this.#values = values;
    this.kubectl = new Kubectl(tools.kubectl, namespace);
  }

  /** helm install with the evaluation profile; resolves when every pod is ready. */
  install(): Promise<string> {
    return this.#apply('install', {});
  }

  /** helm upgrade with values on top of those of the installation; resolves when the new pods are ready and the old ones gone. */
  upgrade(values: Values): Promise<string> {
    return this.#apply('upgrade', values);
  }

  rollback(revision: number): Promise<string> {
    return this.#helm('rollback', RELEASE, String(revision), '--wait', '--timeout', TIMEOUT);
  }

  /** helm test. Its pod is gone when it succeeded; where it failed, the error holds what the pod wrote. */
  async test(): Promise<void> {
    await this.#helm('test', RELEASE, '--timeout', TIMEOUT).catch(async () => {
      throw new Error(await this.kubectl.run('logs', TEST_POD));
    });
  }

  uninstall(): Promise<string> {
    return this.#helm('uninstall', RELEASE, '--wait', '--timeout', TIMEOUT);
  }

  /** The roaming API, with all rights; available after `connect`. */
  get api(): RoamingApiClient {
    if (!this.#api) throw new Error(`the roaming API of ${this.namespace} is not connected`);
    return this.#api;
  }

  get roamingApiUrl(): string {
    return `http://127.0.0.1:${this.#forward?.port ?? 0}`;
  }

  /** Opens the way to the roaming API with the operator key that the release generated. */
  async connect(): Promise<void> {
    this.#forward = await PortForward.open(this.#tools.kubectl, this.namespace, `${RELEASE}-roaming-api`, ROAMING_API_PORT);
    const apiKey = await this.kubectl.secret(`${RELEASE}-keys`, 'adminKey');
    this.#api = new RoamingApiClient({ roamingApiUrl: this.roamingApiUrl, apiKey });
  }

  /** After the roaming API's pod is gone. */
  reconnect(): void {
    this.#forward?.renew();
  }

  async disconnect(): Promise<void> {
    await this.#forward?.close();
    this.#forward = undefined;
  }

  async #apply(verb: 'install' | 'upgrade', more: Values): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'roamgrid-values-'));
    try {
      const files = [join(this.#tools.chart, 'values-eval.yaml'), join(folder, 'values.yaml'), join(folder, 'more.yaml')];
      await writeFile(join(folder, 'values.yaml'), stringify(this.#values));
      await writeFile(join(folder, 'more.yaml'), stringify(more));
      const values = files.flatMap((file) => ['--values', file]);
      return await this.#helm(verb, RELEASE, this.#tools.chart, ...values, '--wait', '--wait-for-jobs', '--timeout', TIMEOUT);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #helm(...args: string[]): Promise<string> {
    return runCommand(this.#tools.helm, ['--namespace', this.namespace, ...args]);
  }
}
