import { runCommand } from './run-command';

export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: Readonly<Record<string, string>> };
}

export interface Pod extends KubeObject {
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly name: string; readonly restartCount: number }[];
  };
}

export interface Workload extends KubeObject {
  readonly spec: { readonly replicas: number };
}

/** kubectl in one namespace of the current context. */
export class Kubectl {
  readonly #program: string;
  readonly namespace: string;

  constructor(program: string, namespace: string) {
    this.#program = program;
    this.namespace = namespace;
  }

  run(...args: string[]): Promise<string> {
    return runCommand(this.#program, ['--namespace', this.namespace, ...args]);
  }

  /** Objects of a kind, all or those with the labels (`name=value,…`). */
  async list<Found extends KubeObject = KubeObject>(kind: string, labels?: string): Promise<Found[]> {
    const selector = labels === undefined ? [] : ['--selector', labels];
    const text = await this.run('get', kind, ...selector, '--output', 'json');
    return (JSON.parse(text) as { items: Found[] }).items;
  }

  async get<Found>(kind: string, name: string): Promise<Found> {
    return JSON.parse(await this.run('get', kind, name, '--output', 'json')) as Found;
  }

  /** Creates or changes objects from their manifests. */
  apply(...manifests: readonly object[]): Promise<string> {
    const list = { apiVersion: 'v1', kind: 'List', items: manifests };
    return runCommand(this.#program, ['--namespace', this.namespace, 'apply', '--filename', '-'], { input: JSON.stringify(list) });
  }

  /** One key of a Secret, decoded. */
  async secret(name: string, key: string): Promise<string> {
    const { data } = await this.get<{ data: Record<string, string> }>('secret', name);
    const value = data[key];
    if (value === undefined) throw new Error(`secret ${name} has no key ${key}, only ${Object.keys(data).join(', ')}`);
    return Buffer.from(value, 'base64').toString();
  }
}
