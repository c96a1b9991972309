import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Services that are no module. */
const OTHER_SERVICES = ['credentials', 'gateway', 'push-dispatcher', 'pull-scheduler', 'roaming-api'];

/** A file in which every service is registered, by one line each. */
interface Register {
  readonly file: string;
  /** The services that a text of the file names; a module counts only where it is named as one. */
  readonly services: (text: string, declared: readonly string[]) => string[];
  /** What is missing when a service is not named. */
  readonly line: (service: string, isModule: boolean) => string;
}

const REGISTERS: readonly Register[] = [
  {
    file: 'charts/roamgrid/values.yaml',
    services: (text, declared) =>
      Object.entries((parse(text) as { services: Record<string, { module?: boolean; conversation?: boolean }> }).services)
        .filter(([name, entry]) => entry.module === true || entry.conversation === true || !declared.includes(name))
        .map(([name]) => name),
    line: (service, isModule) => (isModule ? `${service}: { module: true }` : `services.${service}`),
  },
  {
    file: 'skaffold.yaml',
    services: (text) => captures(text, /resourceName: roamgrid-([a-z-]+),/g),
    line: (service) => `- { resourceType: deployment, resourceName: roamgrid-${service}, port: 50051 }`,
  },
  {
    file: 'docs/architecture.md',
    services: (text) => captures(text.split('\n## ').find((section) => section.startsWith('Services\n')) ?? '', /^\| `([a-z-]+)` \|/gm),
    line: (service, isModule) => (isModule ? `| \`${service}\` | module: owns and publishes ${idOf(service)} | MongoDB | Kafka |` : `| \`${service}\` |`),
  },
];

/** Every registration of a module or service that is missing in a checkout, as the file and the line it lacks. */
export function missingRegistrations(root: string): string[] {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const modules = declaredFolders(root, MODULE);
  const services = readdirSync(join(root, 'services'));
  const missing: string[] = [];
  const expectLine = (file: string, line: string): void => {
    if (!read(file).includes(line)) missing.push(`${file} lacks: ${line}`);
  };
  const talks = declaredFolders(root, CONVERSATION);
  for (const module of talks) expectLine('packages/modules/src/conversations.ts', `import { ${camelCase(module)} } from './${module}';`);
  for (const module of modules) expectLine('packages/modules/src/declared-modules.ts', `export { ${camelCase(module)} } from './${module}';`);
  const declared = [...modules, ...talks];
  for (const module of declared) {
    if (module.includes('-')) expectLine('packages/modules/src/service-of.ts', `${idOf(module)}: '${module}'`);
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
  return [...missing, ...REGISTERS.flatMap((register) => compareRegister(register, read(register.file), { services, declared }))];
}

/** What a register lacks, and what it names although there is no such service. */
function compareRegister(
  { file, services: named, line }: Register,
  text: string,
  { services, declared }: { readonly services: readonly string[]; readonly declared: readonly string[] },
): string[] {
  const names = named(text, declared);
  const lacking = services.filter((service) => !names.includes(service));
  const known = [...services, ...declared]; // of a module without its service that is said already
  return [
    ...lacking.map((service) => `${file} lacks: ${line(service, declared.includes(service))}`),
    ...names.filter((name) => !known.includes(name)).map((name) => `${file} names ${name}, and services/${name} is missing`),
  ];
}

/** `hub-client-info` as OCPI writes it. */
function idOf(folder: string): string {
  return folder.replaceAll('-', '');
}

/** `hub-client-info` as a name in TypeScript. */
function camelCase(folder: string): string {
  return folder.replace(/-([a-z])/g, (_hyphen, letter: string) => letter.toUpperCase());
}

function captures(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** What stands in the index of a folder of packages/modules that declares a module, or a conversation. */
const MODULE = 'defineModule(';
const CONVERSATION = ': ConversationDeclaration = ';

function declaredFolders(root: string, declares: string): string[] {
  const folder = join(root, 'packages/modules/src');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
    .map((entry) => entry.name)
    .filter((name) => readFileSync(join(folder, name, 'index.ts'), 'utf8').includes(declares));
}
