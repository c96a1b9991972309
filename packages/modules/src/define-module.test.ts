import { defineModule, get, page, pathSegments, put, schemaAt, type ModuleDefinition } from './define-module';
import { locations, moduleById, modules, tariffs } from './index';

const definition: ModuleDefinition = {
  id: 'tokens',
  versions: {},
  key: ['country_code', 'party_id', 'uid'],
  segment: 'token_uid',
  owner: 'EMSP',
  interested: ['CPO'],
  interfaces: { sender: [page()], receiver: [get(), put()] },
  delivery: { style: 'state', method: 'PUT' },
};

function methods(operations: readonly { readonly kind: string; readonly reach: string }[]): string[] {
  return operations.map(({ kind, reach }) => `${kind} ${reach}`);
}

describe('a declaration', () => {
  it('gets its defaults, and is deletable only with a DELETE', () => {
    expect(defineModule(definition)).toMatchObject({
      history: false,
      deletable: false,
      nested: [],
      patchAppends: [],
      lastUpdated: 'last_updated',
    });
    expect(tariffs).toMatchObject({ deletable: true, history: true });
  });

  it('is refused when schemas and nested levels differ', () => {
    const versions = { '2.2.1': { schema: schemaAt(tariffs, '2.2.1'), nested: [] } };
    const nested = [{ field: 'evses', id: 'uid', segment: 'evse_uid' }];
    expect(() => defineModule({ ...definition, versions, nested })).toThrow(
      'tokens 2.2.1: 1 nested levels, but 0 schemas',
    );
  });

  it('is refused when an operation reaches levels that are not there', () => {
    const interfaces = { sender: [get({ reach: 'nested' })], receiver: [] };
    expect(() => defineModule({ ...definition, interfaces })).toThrow('tokens: an operation reaches nested levels');
  });
});

describe('locations', () => {
  it('LOC-05 LOC-08 sender: list and objects of all levels, nothing else', () => {
    expect(methods(locations.interfaces.sender)).toEqual(['page object', 'get nested']);
  });

  it('LOC-24 receiver: no POST and no DELETE', () => {
    expect(methods(locations.interfaces.receiver)).toEqual(['get nested', 'put nested', 'patch nested']);
    expect(locations.deletable).toBe(false);
  });

  it('LOC-06 has country_code and party_id in receiver paths only', () => {
    expect(pathSegments(locations, 'SENDER', 1)).toEqual(['location_id', 'evse_uid']);
    expect(pathSegments(locations, 'RECEIVER')).toEqual(['country_code', 'party_id', 'location_id']);
    expect(pathSegments(locations, 'RECEIVER', 2)).toEqual([
      'country_code',
      'party_id',
      'location_id',
      'evse_uid',
      'connector_id',
    ]);
  });

  it('has a schema for each level', () => {
    expect([0, 1, 2].map((depth) => schemaAt(locations, '2.2.1', depth).name)).toEqual([
      'Location',
      'EVSE',
      'Connector',
    ]);
    expect(() => schemaAt(locations, '2.2.1', 3)).toThrow('locations 2.2.1 has no schema at depth 3');
    expect(() => schemaAt(locations, '2.1.1')).toThrow('locations 2.1.1 has no schema at depth 0');
  });
});

describe('tariffs', () => {
  it('TAR-02 sender: list only', () => {
    expect(methods(tariffs.interfaces.sender)).toEqual(['page object']);
  });

  it('TAR-05 TAR-06 receiver: no PATCH and no POST', () => {
    expect(methods(tariffs.interfaces.receiver)).toEqual(['get object', 'put object', 'delete object']);
  });
});

it('modules are found by their id', () => {
  const ids = modules.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['locations', 'tariffs']));
  expect(ids).toEqual([...new Set(ids)].sort());
  for (const module of modules) expect(moduleById(module.id)).toBe(module);
  expect(moduleById('credentials')).toBeUndefined();
});
