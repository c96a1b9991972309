import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { createBom } from './create-bom';
import { lockedPackages } from './locked-packages';

const integrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;
const LOCK = `
lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      compiler: { specifier: 1.0.0, version: 1.0.0 }
  packages/words:
    dependencies:
      '@scope/deep': { specifier: ^2.0.0, version: 2.1.0 }
  packages/unused:
    dependencies:
      elsewhere: { specifier: 1.0.0, version: 1.0.0 }
  services/one:
    dependencies:
      '@own/words': { specifier: 'workspace:*', version: link:../../packages/words }
      server: { specifier: 3.0.0, version: 3.0.0(peer@1.0.0) }
    devDependencies:
      tester: { specifier: 1.0.0, version: 1.0.0 }
packages:
  '@scope/deep@2.1.0': { resolution: { integrity: ${integrity} } }
  server@3.0.0: { resolution: { integrity: ${integrity} } }
  peer@1.0.0: { resolution: { integrity: ${integrity} } }
  fast@1.0.0: { resolution: { integrity: ${integrity} } }
snapshots:
  '@scope/deep@2.1.0': {}
  server@3.0.0(peer@1.0.0):
    dependencies: { peer: 1.0.0, renamed: '@scope/deep@2.1.0' }
    optionalDependencies: { fast: 1.0.0 }
  peer@1.0.0: {}
  fast@1.0.0: {}
  compiler@1.0.0: {}
  tester@1.0.0: {}
  elsewhere@1.0.0: {}
`;

describe('packages of a lock file', () => {
  const tree = lockedPackages(LOCK, 'services/');

  it('are those that a production installation of the services brings, and no others', () => {
    expect([...tree.packages.keys()].sort()).toEqual(['@scope/deep@2.1.0', 'fast@1.0.0', 'peer@1.0.0', 'server@3.0.0']);
    expect(tree.direct).toEqual(['@scope/deep@2.1.0', 'server@3.0.0']);
  });

  it('name what they need, aliases as what they mean', () => {
    expect(tree.packages.get('server@3.0.0')?.dependencies).toEqual(['@scope/deep@2.1.0', 'fast@1.0.0', 'peer@1.0.0']);
  });

  it('are refused from another version of the format', () => {
    expect(() => lockedPackages("lockfileVersion: '6.0'", 'services/')).toThrow(/9\.0 was expected, found 6\.0/);
  });

  it('are refused where no project is found', () => {
    expect(() => lockedPackages(LOCK, 'nothing/')).toThrow(/nothing below/);
  });
});

describe('the bill of materials', () => {
  const product = { name: 'roamgrid', version: '1.2.3', license: 'Apache-2.0' };
  const licenses = new Map([
    ['server@3.0.0', '(MIT OR Apache-2.0)'],
    ['peer@1.0.0', 'MIT'],
  ]);
  const text = createBom(product, lockedPackages(LOCK, 'services/'), licenses);

  it('is valid CycloneDX 1.6', async () => {
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  });

  it('holds hash, licence, package URL and dependencies of each', () => {
    const bom = JSON.parse(text) as {
      components: { 'bom-ref': string; purl: string; licenses?: unknown; hashes: unknown }[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    const found = (ref: string): unknown => bom.components.find((component) => component['bom-ref'] === ref);
    expect(bom.components).toHaveLength(4);
    expect(found('peer@1.0.0')).toMatchObject({
      purl: 'pkg:npm/peer@1.0.0',
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: '01'.repeat(64) }],
    });
    expect(found('@scope/deep@2.1.0')).toMatchObject({ purl: 'pkg:npm/%40scope/deep@2.1.0' });
    expect(found('server@3.0.0')).toMatchObject({ licenses: [{ expression: '(MIT OR Apache-2.0)' }] });
    expect(bom.dependencies).toContainEqual({ ref: 'roamgrid', dependsOn: ['@scope/deep@2.1.0', 'server@3.0.0'] });
    expect(bom.dependencies).toContainEqual({ ref: 'server@3.0.0', dependsOn: ['@scope/deep@2.1.0', 'fast@1.0.0', 'peer@1.0.0'] });
  });

  it('is the same for the same lock file', () => {
    expect(createBom(product, lockedPackages(LOCK, 'services/'), licenses)).toBe(text);
  });
});
