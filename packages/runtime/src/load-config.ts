import { readFileSync } from 'node:fs';
import Ajv, { type SchemaObject } from 'ajv';
import { parse } from 'yaml';
import { RoamgridError, messageOf } from './roamgrid-error';

type Tree = { [name: string]: unknown };

const ENV_PREFIX = 'ROAMGRID__';

/**
 * The configuration of a service: its commented default file, over it the YAML file that `ROAMGRID_CONFIG` names, over it
 * single values from the environment (`ROAMGRID__MONGODB__URI` sets `mongodb.uri`; a number, true, false or JSON is read
 * as such, unless the default is text). Checked strictly against the schema. Throws config.invalid, naming file, place and expectation.
 */
export function loadConfig<Config>(defaultFile: string, schema: SchemaObject, env: NodeJS.ProcessEnv): Config {
  let tree = readYaml(defaultFile);
  const overlay = env['ROAMGRID_CONFIG'];
  if (overlay) tree = merge(tree, readYaml(overlay));
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith(ENV_PREFIX) && value !== undefined) setByPath(tree, name.slice(ENV_PREFIX.length), value);
  }
  const validate = new Ajv({ allErrors: true, strictRequired: false }).compile<Config>(schema);
  if (validate(tree)) return tree;
  const problems = (validate.errors ?? []).map((error) => {
    const extra = error.keyword === 'additionalProperties' ? ` (${String(error.params['additionalProperty'])})` : '';
    return `${error.instancePath || '/'} ${error.message ?? 'is invalid'}${extra}`;
  });
  throw new RoamgridError('config.invalid', `configuration (${overlay ?? defaultFile}): ${problems.join('; ')}`);
}

function readYaml(file: string): Tree {
  try {
    return (parse(readFileSync(file, 'utf8')) ?? {}) as Tree;
  } catch (error) {
    throw new RoamgridError('config.invalid', `configuration file ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function merge(base: Tree, above: Tree): Tree {
  const result: Tree = { ...base };
  for (const [name, value] of Object.entries(above)) result[name] = over(result[name], value);
  return result;
}

/** Objects are merged by name, everything else (lists too) is replaced. */
function over(present: unknown, value: unknown): unknown {
  return isTree(present) && isTree(value) ? merge(present, value) : value;
}

function setByPath(tree: Tree, envPath: string, text: string): void {
  const names = envPath.toLowerCase().split('__');
  const last = names.pop() ?? '';
  let place = tree;
  for (const name of names) {
    const key = realName(place, name);
    const next = place[key];
    place = isTree(next) ? next : ((place[key] = {}));
  }
  const key = realName(place, last);
  // Where the default is text, text it stays: a password of digits is no number.
  if (typeof place[key] === 'string') place[key] = text;
  else place[key] = over(place[key], readScalar(text));
}

/** Environment names carry no case; the default file knows how a name is really written. */
function realName(place: Tree, lowerCased: string): string {
  return Object.keys(place).find((name) => name.toLowerCase() === lowerCased) ?? lowerCased;
}

function readScalar(text: string): unknown {
  if (!/^(-?\d+(\.\d+)?|true|false|[[{].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // looked like JSON and is none: a plain string then, which the schema will judge
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
