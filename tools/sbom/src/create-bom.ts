import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import parseSpdx from 'spdx-expression-parse';
import type { LockedPackage, LockedTree } from './locked-packages';

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const licenses = new Contrib.License.Factories.LicenseFactory(parseSpdx);

/**
 * CycloneDX 1.6 as JSON: the product, every package with its hash, licence and package URL, and who needs whom. It carries no
 * time and no serial number: the same lock file gives the same bytes.
 *
 * @param licenseOf licence of a package as its manifest names it, by `name@version`
 */
export function createBom(product: Product, { packages, direct }: LockedTree, licenseOf: ReadonlyMap<string, string>): string {
  const root = new Models.Component(Enums.ComponentType.Application, product.name, { version: product.version, bomRef: product.name });
  root.licenses.add(licenses.makeFromString(product.license));
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: root }) });
  const components = new Map([...packages].map(([id, found]) => [id, componentOf(id, found, licenseOf.get(id))]));
  for (const [id, component] of components) {
    bom.components.add(component);
    for (const needed of packages.get(id)?.dependencies ?? []) link(component, components.get(needed));
  }
  for (const id of direct) link(root, components.get(id));
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf(id: string, { name, version, integrity }: LockedPackage, license: string | undefined): Models.Component {
  const [group, shortName] = name.startsWith('@') ? (name.split('/') as [string, string]) : [undefined, name];
  const component = new Models.Component(Enums.ComponentType.Library, shortName, {
    version,
    bomRef: id,
    purl: new PackageURL('npm', group, shortName, version, undefined, undefined).toString(),
    ...(group !== undefined && { group }),
  });
  if (integrity?.startsWith('sha512-')) {
    component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'));
  }
  if (license !== undefined && license !== 'Unknown') component.licenses.add(licenses.makeFromString(license));
  return component;
}

function link(from: Models.Component, to: Models.Component | undefined): void {
  if (to !== undefined) from.dependencies.add(to.bomRef);
}
