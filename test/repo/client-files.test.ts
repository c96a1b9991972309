import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conversations, modules } from '@roamgrid/modules';
import { askingContract, connectGrpc, conversationsContract, objectsContract, relaysContract } from '@roamgrid/runtime';
import type { Backend, Limits, ServedModule } from '../../services/roaming-api/src/backend';
import { openApiDocument } from '../../services/roaming-api/src/openapi/openapi-document';
import { routeTable } from '../../services/roaming-api/src/route-table';

const client = join(__dirname, '../../packages/client');
const documentFile = join(client, 'openapi.json');
const typesFile = join(client, 'src/generated/api.ts');
const NOBODY = 'localhost:1';
const HOW = 'run: UPDATE_CLIENT=1 npm test -- --testPathPatterns client-files';

/** The document of a platform with every module; nothing is called. */
function currentDocument(): string {
  const clients = { objects: connectGrpc(objectsContract, NOBODY), asking: connectGrpc(askingContract, NOBODY), relays: connectGrpc(relaysContract, NOBODY) };
  const calls = connectGrpc(conversationsContract, NOBODY);
  const served = modules.flatMap((declaration): ServedModule[] =>
    declaration.versions['2.2.1'] ? [{ declaration, version: '2.2.1', ...clients }] : [],
  );
  const publicUrl = 'http://localhost:8090';
  const backend = { modules: served, conversations: conversations.map((declaration) => ({ declaration, calls, relays: clients.relays })), publicUrl, limits: {} as Limits } as unknown as Backend;
  const document = openApiDocument(routeTable(backend), backend);
  for (const client of [...Object.values(clients), calls]) client.close();
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** What openapi-typescript makes of a document. */
function typesOf(document: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'roamgrid-client-'));
  try {
    writeFileSync(join(folder, 'openapi.json'), document);
    const generator = join(client, 'node_modules/openapi-typescript/bin/cli.js');
    execFileSync(process.execPath, [generator, join(folder, 'openapi.json'), '-o', join(folder, 'api.ts')], { stdio: 'pipe' });
    return readFileSync(join(folder, 'api.ts'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('@roamgrid/client', () => {
  const document = currentDocument();

  if (process.env['UPDATE_CLIENT']) {
    writeFileSync(documentFile, document);
    writeFileSync(typesFile, typesOf(document));
  }

  it('ships the document of this checkout', () => {
    expect([readFileSync(documentFile, 'utf8') === document, HOW]).toEqual([true, HOW]);
  });

  it('has the types of that document', () => {
    expect([readFileSync(typesFile, 'utf8') === typesOf(document), HOW]).toEqual([true, HOW]);
  });

  it('packs what it needs to be used, and no source or test', () => {
    const { files, main, types } = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect({ files, main, types }).toEqual({
      files: ['dist/**/*.js', 'dist/**/*.d.ts', 'openapi.json', 'README.md'],
      main: 'dist/index.js',
      types: 'dist/index.d.ts',
    });
    for (const file of ['openapi.json', 'README.md']) expect(readFileSync(join(client, file), 'utf8').length).toBeGreaterThan(100);
  });
});
