import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchedHooks, type PlatformHooks, referencePlatform, type RoamingApi } from '@roamgrid/conformance';
import { ProcessGroup, startParts, startPlatform } from '@roamgrid/testkit';

export interface OwnPlatform {
  readonly roamingApi: RoamingApi;
  /** What only who started it can do. */
  readonly hooks: PlatformHooks;
  stop(): Promise<void>;
}

/** Starts MongoDB, Kafka and the reference platform in a folder that ends with them. */
export async function startOwnPlatform(onProgress: (line: string) => void): Promise<OwnPlatform> {
  const group = new ProcessGroup().stopWithProcess();
  const dataDir = await mkdtemp(join(tmpdir(), 'roamgrid-conformance-'));
  group.add({ name: 'data', stop: () => rm(dataDir, { recursive: true, force: true }) });
  try {
    const { mongodbUri, kafkaBrokers } = await startParts({
      dataDir,
      group,
      onProgress: ({ part, step, detail }) => onProgress(`${part}: ${step} ${detail ?? ''}`),
    });
    const spec = { name: 'conformance', ...referencePlatform };
    const common = { site: { mongodbUri, kafkaBrokers }, dataDir, group };
    const platform = await startPlatform({ spec, ...common });
    onProgress('platform: ready');
    const hooks = launchedHooks(platform, (other) => startPlatform({ spec: other, ...common }));
    const roamingApi = { url: platform.roamingApiUrl, apiKey: platform.apiKey };
    return { roamingApi, hooks, stop: () => group.stop() };
  } catch (error) {
    await group.stop();
    throw error;
  }
}
