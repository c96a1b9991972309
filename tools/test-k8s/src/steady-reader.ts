import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '@roamgrid/testkit';
import type { Kubectl, Pod } from './kubectl';

/** What the reader counted since it began. */
export interface ReaderCounts {
  readonly requests: number;
  readonly failed: number;
  /** By what was seen. */
  readonly failures: Readonly<Record<string, number>>;
}

const NAME = 'steady-reader';

/**
 * A pod that reads from a gateway without a pause. It stands in the cluster, because a forwarded port leads to one pod and breaks
 * with it, while the Service leads to whoever is ready.
 */
export class SteadyReader {
  readonly #kubectl: Kubectl;

  private constructor(kubectl: Kubectl) {
    this.#kubectl = kubectl;
  }

  static async start(kubectl: Kubectl, image: string, gatewayUrl: string, token: string): Promise<SteadyReader> {
    const program = await readFile(join(__dirname, '../pods/steady-reader.mjs'), 'utf8');
    const container = {
      name: 'reader',
      image,
      args: ['/program/steady-reader.mjs'],
      env: [
        { name: 'GATEWAY_URL', value: gatewayUrl },
        { name: 'TOKEN', value: token },
      ],
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ name: 'program', mountPath: '/program' }],
    };
    const spec = {
      containers: [container],
      volumes: [{ name: 'program', configMap: { name: NAME } }],
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    };
    await kubectl.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME }, data: { 'steady-reader.mjs': program } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: NAME }, spec },
    );
    const reader = new SteadyReader(kubectl);
    const what = `${kubectl.namespace}: ${NAME} reads`;
    await waitUntil(async () => (await reader.counts()).requests > 0, { what, timeoutMs: 60_000, intervalMs: 500 });
    return reader;
  }

  async counts(): Promise<ReaderCounts> {
    const { status } = await this.#kubectl.get<Pod>('pod', NAME);
    if (status.phase !== 'Running') throw new Error(`${NAME} is ${status.phase}`);
    return lastCounts(await this.#kubectl.run('logs', NAME, '--tail=1'));
  }

  async stop(): Promise<void> {
    await this.#kubectl.run('delete', 'pod,configmap', NAME, '--grace-period=1', '--ignore-not-found');
  }
}

function lastCounts(line: string): ReaderCounts {
  if (line.trim() === '') return { requests: 0, failed: 0, failures: {} };
  return JSON.parse(line) as ReaderCounts;
}

/** What was counted between two looks. */
export function countsBetween(before: ReaderCounts, after: ReaderCounts): ReaderCounts {
  const failures = Object.entries(after.failures)
    .map(([name, count]) => [name, count - (before.failures[name] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  return { requests: after.requests - before.requests, failed: after.failed - before.failed, failures: Object.fromEntries(failures) };
}
