import { readFileSync } from 'node:fs';
import Ajv, { type SchemaObject } from 'ajv';
import { parse } from 'yaml';
import { RoamgridError, messageOf } from './roamgrid-error';

type Tree = { [name: string]: unknown };

const ENV_PREFIX = 'ROAMGRID__';

/**
 * The configuration of a service: its commented default file, over it the YAML file that `ROAMGRID_CONFIG` names, over it
 * single values from the environment (`ROAMGRID__MONGODB__URI` sets `mongodb.uri`; a number, true, false or JSON is read
 * as such). Checked strictly against the schema. Throws config.invalid, naming file, place and expectation.
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

/** Objects are merged by name, everything else (lists too) is replaced. */
function merge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const present = result[name];
    result[name] = isTree(present) && isTree(value) ? merge(present, value) : value;
  }
  return result;
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
  place[realName(place, last)] = readScalar(text);
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
