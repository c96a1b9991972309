import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referencePlatform, type RoamingApi } from '@roamgrid/conformance';
import { ProcessGroup, startParts, startPlatform } from '@roamgrid/testkit';

export interface OwnPlatform {
  readonly roamingApi: RoamingApi;
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
    const { roamingApiUrl, apiKey } = await startPlatform({ spec, site: { mongodbUri, kafkaBrokers }, dataDir, group });
    onProgress('platform: ready');
    return { roamingApi: { url: roamingApiUrl, apiKey }, stop: () => group.stop() };
  } catch (error) {
    await group.stop();
    throw error;
  }
}
