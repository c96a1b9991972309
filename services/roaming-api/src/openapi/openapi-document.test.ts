import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv2020 from 'ajv/dist/2020';
import { ApiUnderTest } from '../../test/api-under-test';
import { routeTable } from '../route-table';

interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
}

type Document = Parameters<typeof SwaggerParser.validate>[0] & {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
};

/** The sources of the handlers: what reads requests for all routes is not among them. */
function sources(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const handlers = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('http/'));
  return handlers.map((file) => readFileSync(join(folder, file), 'utf8'));
}

describe('openapi.json', () => {
  let api: ApiUnderTest;
  let document: Document;

  beforeAll(async () => {
    api = await ApiUnderTest.start();
    document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Document;
  });

  afterAll(() => api.close());

  it('is a valid OpenAPI 3.1 document without a dangling reference', async () => {
    const copy = structuredClone(document);
    await expect(SwaggerParser.validate(copy)).resolves.toMatchObject({ openapi: '3.1.0' });
  });

  it('has every route of the table, and no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    );
    const served = routeTable(api.backend).map(({ method, path, id }) => `${method} ${path} ${id}`);
    expect(documented.sort()).toEqual(served.sort());
    expect(new Set(served.map((route) => route.split(' ')[2])).size).toBe(served.length);
  });

  it('has only routes that are really there', async () => {
    for (const [template, methods] of Object.entries(document.paths)) {
      const path = template.replaceAll(/\{\w+\}/g, 'x1');
      for (const method of Object.keys(methods)) {
        const { status } = await fetch(`${api.url}${path}`, { method: method.toUpperCase() });
        const open = path === '/docs/x1' ? 404 : 200;
        expect([`${method} ${path}`, status]).toEqual([`${method} ${path}`, path.startsWith('/v1') ? 401 : open]);
      }
    }
  });

  it('names every header that a handler reads, and every right', () => {
    const parameters = Object.values(document.paths).flatMap((methods) => Object.values(methods).flatMap((operation) => operation.parameters));
    const documented = new Set(parameters.flatMap((parameter) => (parameter.in === 'header' ? [parameter.name] : [])));
    const read = sources(join(__dirname, '..')).flatMap((text) => [...text.matchAll(/headers\['([a-z-]+)'\]/g)].map((match) => match[1] ?? ''));
    expect(read).toEqual(expect.arrayContaining(['if-none-match', 'content-encoding']));
    expect(read.filter((name) => !documented.has(name))).toEqual([]);
    const rights = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ description }) => description));
    for (const right of ['read', 'write', 'peers', 'operations', 'admin']) expect(rights).toContain(`Needs a key with the right \`${right}\`.`);
  });

  it('has module schemas that judge as the modules do', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'api', components: document.components });
    const judge = (name: string, value: unknown): boolean =>
      Boolean(ajv.validate({ $ref: `api#/components/schemas/${name}` }, value));
    const connector = {
      id: '1',
      standard: 'IEC_62196_T2',
      format: 'SOCKET',
      power_type: 'AC_3_PHASE',
      max_voltage: 230,
      max_amperage: 16,
      last_updated: '2026-06-01T00:00:00Z',
    };
    expect(judge('Connector', connector)).toBe(true);
    expect(judge('Connector', { ...connector, max_voltage: '230' })).toBe(false);
    expect(judge('Connector', { ...connector, terms_and_conditions: null })).toBe(false);
    expect(judge('ConnectorReceived', { ...connector, terms_and_conditions: null, standard: 'NEW_PLUG' })).toBe(true);
    expect(judge('ConnectorPatch', { max_amperage: 32, last_updated: '2026-06-01T00:00:00Z' })).toBe(true);
    expect(judge('ConnectorPatch', { max_amperage: 32 })).toBe(false);
    const evse = { uid: 'E1', status: 'AVAILABLE', connectors: [connector], last_updated: '2026-06-01T00:00:00Z' };
    expect(
      judge('EVSEPatch', {
        connectors: [{ ...connector, terms_and_conditions: null }],
        last_updated: evse.last_updated,
      }),
    ).toBe(true);
    expect(judge('EVSE', evse)).toBe(true);
    expect(judge('EVSE', { ...evse, connectors: [] })).toBe(false);
  });

  it('CMD-34 CMD-36 says whom UNLOCK_CONNECTOR is for, and what ACCEPTED of START_SESSION does not mean', () => {
    const text = document.paths['/v1/commands']?.['post']?.description;
    expect(text).toMatch(/UNLOCK_CONNECTOR.*staff.*never let a driver trigger it/);
    expect(text).toMatch(/START_SESSION.*ACCEPTED does not mean that a Session exists/);
  });

  it('judges what is asked and what comes of it as the services do', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'api', components: document.components, paths: document.paths });
    const judge = (pointer: string, value: unknown): boolean => Boolean(ajv.validate({ $ref: `api#/${pointer}` }, value));
    const begin = 'paths/~1v1~1commands/post/requestBody/content/application~1json/schema';
    const start = { kind: 'START_SESSION', to: 'DE*CPO', request: { token: { uid: 'T1' }, location_id: 'L1' } };
    expect(judge(begin, start)).toBe(true);
    expect(judge(begin, { ...start, kind: 'STOP_SESSION' })).toBe(false);
    expect(judge(begin, { ...start, request: { ...start.request, token: {} } })).toBe(false);
    expect(judge(begin, { ...start, kind: 'STOP_SESSION', request: { session_id: 'S1' } })).toBe(true);
    expect(judge(begin, { ...start, from: 'ABC' })).toBe(false);
    const frame = { country_code: 'NL', party_id: 'ABC', id: '1', module: 'commands', direction: 'asking', peer: 'p', with: { country_code: 'DE', party_id: 'CPO' } };
    const times = { deadline: '2026-06-01T08:00:00Z', created: '2026-06-01T08:00:00Z', last_updated: '2026-06-01T08:00:00Z' };
    const stop = { ...frame, ...times, kind: 'STOP_SESSION', state: 'COMPLETED', request: { session_id: 'S1' }, result: { result: 'ACCEPTED' } };
    const view = 'components/schemas/CommandConversation';
    expect(judge(view, stop)).toBe(true);
    expect(judge(view, { ...stop, state: 'DONE' })).toBe(false);
    expect(judge(view, { ...stop, result: { result: 'DONE' } })).toBe(false);
    expect(judge(view, { ...stop, request: {} })).toBe(false);
    expect(judge(view, { ...stop, module: 'chargingprofiles' })).toBe(false);
  });

  it('is linked from the index', async () => {
    const index = (await (await fetch(api.url)).json()) as { links: string[] };
    expect(index.links).toContain('https://roaming.example/openapi.json');
    expect(index.links).toContain('https://roaming.example/v1/tariffs');
    expect(index.links).toContain('https://roaming.example/v1/commands');
  });
});
