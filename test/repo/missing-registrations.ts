import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Services that are no module. */
const OTHER_SERVICES = ['credentials', 'gateway', 'push-dispatcher', 'pull-scheduler', 'roaming-api'];

/** Every registration of a module that is missing in a checkout, as the file and the line it lacks. */
export function missingRegistrations(root: string): string[] {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const declared = declaredFolders(root);
  const services = readdirSync(join(root, 'services'));
  const missing: string[] = [];
  const expectLine = (file: string, line: string): void => {
    if (!read(file).includes(line)) missing.push(`${file} lacks: ${line}`);
  };
  for (const module of declared) {
    expectLine('packages/modules/src/declared-modules.ts', `export { ${module} } from './${module}';`);
    if (!services.includes(module)) missing.push(`services/${module} is missing`);
  }
  for (const service of services) {
    if (!declared.includes(service) && !OTHER_SERVICES.includes(service)) missing.push(`packages/modules/src/${service} is missing`);
    for (const file of ['package.json', 'tsconfig.json', 'config.default.yaml', 'README.md', 'src/main.ts']) {
      if (!existsSync(join(root, 'services', service, file))) missing.push(`services/${service}/${file} is missing`);
    }
    expectLine('tsconfig.json', `"services/${service}"`);
  }
  for (const folder of ['packages', 'tools']) {
    for (const name of readdirSync(join(root, folder))) {
      if (existsSync(join(root, folder, name, 'tsconfig.json'))) expectLine('tsconfig.json', `"${folder}/${name}"`);
    }
  }
  return missing;
}

/** Folders of packages/modules that declare a module. */
function declaredFolders(root: string): string[] {
  const folder = join(root, 'packages/modules/src');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
    .map((entry) => entry.name)
    .filter((name) => readFileSync(join(folder, name, 'index.ts'), 'utf8').includes('defineModule('));
}
