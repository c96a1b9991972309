#!/usr/bin/env node
/**
 * `pnpm new:module NAME`: a declaration folder, a service folder of three lines, and the registrations of one line each.
 * What it writes compiles and serves; then the declaration is filled with the fields and rules of the module.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const name = process.argv[2] ?? '';
const root = process.argv[3] ?? join(dirname(fileURLToPath(import.meta.url)), '..');
if (!/^[a-z]+(-[a-z]+)*$/.test(name)) {
  fail('usage: pnpm new:module NAME — NAME is the id in version details with a hyphen between words, such as sessions or hub-client-info');
}
const id = name.replaceAll('-', '');
const constant = name.replace(/-([a-z])/g, (_hyphen, letter) => letter.toUpperCase());

const declaration = join(root, 'packages/modules/src', name);
const service = join(root, 'services', name);
for (const folder of [declaration, service]) if (existsSync(folder)) fail(`${folder} is there already`);

const type = name[0].toUpperCase() + constant.slice(1).replace(/s$/, '');
const model = readFileSync(join(root, 'services/tariffs/config.default.yaml'), 'utf8');

write(join(declaration, 'schema.ts'), `import { ciString, dateTime, object, one, type Static } from '../schema';

/** The ${type} object of OCPI 2.2.1: its field table. */
export const ${type} = object('${type}', {
  country_code: one(ciString(2)),
  party_id: one(ciString(3)),
  id: one(ciString(36)),
  last_updated: one(dateTime),
});
export type ${type} = Static<typeof ${type}>;
`);
write(join(declaration, 'index.ts'), `import { defineModule, get, page, patch, put } from '../define-module';
import { objectSchema } from '../schema';
import { ${type} } from './schema';

const ${constant}Schema = objectSchema(${type}, { requiredInPatch: ['last_updated'] });

/** ${type}s: what they are; owner, interested roles and operations are to be set as the specification says. */
export const ${constant} = defineModule({
  id: '${id}',
  versions: { '2.2.1': { schema: ${constant}Schema, nested: [] } },
  key: ['country_code', 'party_id', 'id'],
  segment: '${name.replaceAll('-', '_').replace(/s$/, '')}_id',
  owner: 'CPO',
  interested: ['EMSP'],
  interfaces: { sender: [page()], receiver: [get(), put(), patch()] },
  delivery: { style: 'state', method: 'PUT' },
});
`);
write(join(service, 'src/main.ts'), `import { runObjectService } from '@roamgrid/object-service';
import { ${constant} } from '@roamgrid/modules';

void runObjectService(${constant}, __dirname);
`);
write(join(service, 'package.json'), readFileSync(join(root, 'services/tariffs/package.json'), 'utf8').replaceAll('tariffs', name));
write(join(service, 'tsconfig.json'), readFileSync(join(root, 'services/tariffs/tsconfig.json'), 'utf8'));
write(join(service, 'config.default.yaml'), model.replaceAll('.tariffs.', `.${id}.`).replaceAll('tariffs', name));
write(join(service, 'README.md'), readFileSync(join(root, 'services/tariffs/README.md'), 'utf8').replaceAll('tariffs', name).replaceAll('tariff', name.replace(/s$/, '')));

edit('packages/modules/src/declared-modules.ts', (text) => `${text}export { ${constant} } from './${name}';\n`);
if (id !== name) {
  edit('packages/modules/src/service-of.ts', (text) => text.replace(/ \};$/m, `, ${id}: '${name}' };`));
}
edit('tsconfig.json', (text) => {
  const config = JSON.parse(text);
  config.references.push({ path: `services/${name}` });
  return `${JSON.stringify(config, null, 2)}\n`;
});
edit('charts/roamgrid/values.yaml', (text) => insertAfterLast(text, /^  [a-z-]+: \{ module: true \}$/, `  ${name}: { module: true }`));
edit('skaffold.yaml', (text) =>
  insertAfterLast(text, /^  - \{ resourceType: deployment, /, `  - { resourceType: deployment, resourceName: roamgrid-${name}, port: 50051 }`),
);
edit('docs/architecture.md', (text) =>
  insertAfterLast(text, /^\| `[a-z-]+` \| module: /, `| \`${name}\` | module: owns and publishes ${id} | MongoDB | Kafka |`),
);

process.stdout.write(`written: packages/modules/src/${name}, services/${name}
registered: packages/modules/src/declared-modules.ts, tsconfig.json, charts/roamgrid/values.yaml, skaffold.yaml, docs/architecture.md
next: fill the declaration; UPDATE_ROUTES=1 npm test; review services/gateway/routes.snap.txt
`);

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function edit(file, change) {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) fail(`${file}: the place for the registration was not found`);
  writeFileSync(path, after);
}

/** The line after the last one that looks like its neighbours; the text unchanged where there is none. */
function insertAfterLast(text, pattern, line) {
  const lines = text.split('\n');
  const last = lines.findLastIndex((each) => pattern.test(each));
  return last < 0 ? text : lines.toSpliced(last + 1, 0, line).join('\n');
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
