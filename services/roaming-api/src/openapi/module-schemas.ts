import { jsonSchemaOf, patchJsonSchemaOf, schemaAt, type JsonSchema, type ObjectType } from '@roamgrid/modules';
import type { ServedModule } from '../backend';

/** How an object appears: as we write it, as a peer may have sent it, or the part of it that a PATCH names. */
export type Shape = 'own' | 'received' | 'patch';

/** Name in `components.schemas` of a module's object, or of its nested object at that depth. */
export function schemaName({ declaration, version }: ServedModule, depth: number, shape: Shape): string {
  return componentName(schemaAt(declaration, version, depth).name, shape);
}

/** Name of what backends may write as a module's object, or as its nested object at that depth. */
export function inputName(module: ServedModule, depth: number): string {
  const { ownInput } = module.declaration;
  return ownInput && depth === 0 ? componentName(ownInput.name, 'own') : schemaName(module, depth, 'own');
}

/** The schemas of a module for `components.schemas`: its object and all it consists of, in each shape. */
export function moduleSchemas(module: ServedModule): Record<string, JsonSchema> {
  const { declaration, version } = module;
  const found: Record<string, JsonSchema> = {};
  for (let depth = 0; depth <= declaration.nested.length; depth += 1) {
    const { type } = schemaAt(declaration, version, depth);
    const patch = patchJsonSchemaOf(type, 'own', [declaration.lastUpdated]);
    for (const shape of ['own', 'received'] as const) Object.assign(found, classSchemas(type, shape));
    Object.assign(found, componentsOf(patch, 'patch'));
    found[componentName(type.name, 'patch')] = toOpenApi(
      { ...patch, $defs: undefined, $schema: undefined },
      'patch',
    ) as JsonSchema;
  }
  return { ...found, ...inputSchemas(declaration) };
}

/** The schemas of a class and of all it consists of. */
export function classSchemas(type: ObjectType, shape: 'own' | 'received'): Record<string, JsonSchema> {
  return componentsOf(jsonSchemaOf(type, shape), shape);
}

function inputSchemas({ ownInput, id }: ServedModule['declaration']): Record<string, JsonSchema> {
  if (!ownInput) return {};
  const schemas = classSchemas(ownInput.type, 'own');
  const description = `one of ${id} as backends may write it: things that stand inside it may be named instead, and are put in as they were then`;
  return { ...schemas, [ownInput.name]: { description, ...schemas[ownInput.name] } };
}

function componentsOf(document: JsonSchema, shape: Shape): Record<string, JsonSchema> {
  const defs = Object.entries(document['$defs'] as Record<string, JsonSchema>);
  return Object.fromEntries(
    defs.map(([name, schema]) => [componentName(name, shape, 'within'), toOpenApi(schema, shape) as JsonSchema]),
  );
}

/** What a PATCH consists of is whole but may be null, so it is neither the object as written nor a PATCH of its own. */
function componentName(name: string, shape: Shape, place: 'root' | 'within' = 'root'): string {
  if (shape === 'own') return name;
  if (shape === 'received') return `${name}Received`;
  return place === 'root' ? `${name}Patch` : `${name}InPatch`;
}

const FORMATS: Readonly<Record<string, string>> = {
  'ocpi-date-time': 'date-time',
  'ocpi-date': 'date',
  'ocpi-url': 'uri',
  'ocpi-http-url': 'uri',
};

/** In the terms of OpenAPI: references to components, known formats, expectations as descriptions. */
function toOpenApi(node: unknown, shape: Shape): unknown {
  if (Array.isArray(node)) return node.map((item) => toOpenApi(item, shape));
  if (typeof node !== 'object' || node === null) return node;
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (value === undefined || keyword === 'secret') continue;
    if (keyword === '$ref')
      result['$ref'] = `#/components/schemas/${componentName(String(value).slice('#/$defs/'.length), shape, 'within')}`;
    else if (keyword === 'expected' && typeof value === 'string') result['description'] = value;
    else if (keyword === 'format' && typeof value === 'string') result['format'] = FORMATS[value] ?? value;
    else
      result[keyword] =
        keyword === 'properties' ? propertiesToOpenApi(value as JsonSchema, shape) : toOpenApi(value, shape);
  }
  return result;
}

/** Names of properties are no keywords, whatever they are called. */
function propertiesToOpenApi(properties: JsonSchema, shape: Shape): JsonSchema {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, toOpenApi(schema, shape)]));
}
