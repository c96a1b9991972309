import Ajv2020 from 'ajv/dist/2020';
import {
  credentialsSchema,
  modules,
  jsonSchemaOf,
  patchJsonSchemaOf,
  versionDetailsSchema,
  type ObjectSchema,
} from './index';

const declared = modules.flatMap(({ versions }) =>
  Object.values(versions).flatMap(({ schema, nested }) => [schema, ...nested]),
);
const schemas: ObjectSchema[] = [...declared, credentialsSchema, versionDetailsSchema];

describe.each(schemas)('$name', ({ type }) => {
  it.each(['received', 'own'] as const)('has a valid JSON Schema (%s)', (mode) => {
    const ajv = new Ajv2020();
    for (const schema of [jsonSchemaOf(type, mode), patchJsonSchemaOf(type, mode, ['last_updated'])]) {
      expect([ajv.validateSchema(schema), ajv.errors ?? []]).toEqual([true, []]);
    }
  });
});
