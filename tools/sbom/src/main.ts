import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { createBom, type Product } from './create-bom';
import { installedLicenses } from './installed-licenses';
import { lockedPackages } from './locked-packages';

const root = join(__dirname, '../../..');
const SERVICES = 'services/';

async function writeBom({ output }: { readonly output: string }): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Product & { readonly packageManager: string };
  const tree = lockedPackages(await readFile(join(root, 'pnpm-lock.yaml'), 'utf8'), SERVICES);
  const licenses = await installedLicenses(root, manifest.packageManager, SERVICES);
  const file = resolve(root, output);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, createBom(manifest, tree, licenses));
  process.stdout.write(`${file}: ${tree.packages.size} packages\n`);
}

void new Command('sbom')
  .description('Writes the software bill of materials of the image: its production dependencies from the lock file, as CycloneDX 1.6 JSON.')
  .option('--output <file>', 'where to, from the root of the repository', 'dist/sbom.cdx.json')
  .action(writeBom)
  .parseAsync();
