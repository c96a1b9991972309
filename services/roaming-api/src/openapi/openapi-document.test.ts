import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv2020 from 'ajv/dist/2020';
import { ApiUnderTest } from '../../test/api-under-test';
import { routeTable } from '../route-table';

type Document = Parameters<typeof SwaggerParser.validate>[0] & {
  readonly paths: Record<string, Record<string, { readonly operationId: string }>>;
  readonly components: { readonly schemas: Record<string, object> };
};

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
        expect([`${method} ${path}`, status]).toEqual([`${method} ${path}`, path.startsWith('/v1') ? 401 : 200]);
      }
    }
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

  it('is linked from the index', async () => {
    const index = (await (await fetch(api.url)).json()) as { links: string[] };
    expect(index.links).toContain('https://roaming.example/openapi.json');
    expect(index.links).toContain('https://roaming.example/v1/tariffs');
  });
});
