import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { find } from './manifest';
import { useChart } from './use-chart';

interface Skaffold {
  readonly build: { readonly artifacts: readonly { readonly image: string }[] };
  readonly deploy: { readonly helm: { readonly releases: readonly { readonly name: string; readonly chartPath: string; readonly valuesFiles: readonly string[] }[] } };
  readonly portForward: readonly { readonly resourceName: string; readonly port: number }[];
}

const root = join(__dirname, '../../..');

describe('skaffold.yaml', () => {
  const chart = useChart();
  const skaffold = parse(readFileSync(join(root, 'skaffold.yaml'), 'utf8')) as Skaffold;

  it('builds one image and installs the chart with the evaluation profile', () => {
    const [release] = skaffold.deploy.helm.releases;
    expect(skaffold.build.artifacts.map(({ image }) => image)).toEqual(['roamgrid']);
    expect(release).toMatchObject({ chartPath: 'charts/roamgrid', valuesFiles: ['charts/roamgrid/values-eval.yaml'] });
    for (const file of [release?.chartPath, ...(release?.valuesFiles ?? [])]) expect(existsSync(join(root, file ?? ''))).toBe(true);
  });

  it('forwards a port that each service has', () => {
    const manifests = chart().manifests('evaluation', { fullnameOverride: skaffold.deploy.helm.releases[0]?.name });
    for (const { resourceName, port } of skaffold.portForward) {
      const [container] = find(manifests, 'Deployment', resourceName).spec?.template?.spec.containers ?? [];
      expect({ resourceName, ports: container?.ports?.map(({ containerPort }) => containerPort) }).toEqual({ resourceName, ports: [port, 8081] });
    }
  });
});
