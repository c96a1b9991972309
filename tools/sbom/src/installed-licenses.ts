import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

interface LicensedPackage {
  readonly name: string;
  readonly versions: readonly string[];
  readonly license: string;
}

/** Licence of every installed production package of the projects below `folder`, by `name@version`, as pnpm reads the manifests. */
export async function installedLicenses(root: string, packageManager: string, folder: string): Promise<Map<string, string>> {
  const list = ['licenses', 'list', '--prod', '--json', '--filter', `{./${folder}*}...`];
  const { stdout } = await promisify(execFile)('npx', ['-y', packageManager, ...list], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const groups = JSON.parse(stdout) as Record<string, readonly LicensedPackage[]>;
  return new Map(
    Object.values(groups)
      .flat()
      .flatMap(({ name, versions, license }) => versions.map((version) => [`${name}@${version}`, license] as const)),
  );
}
