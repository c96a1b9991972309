import { modules, type ModuleDeclaration } from '@roamgrid/modules';
import { at, cdr, clientInfo, location, session, tariff, token, type Json } from './charging-objects';
import { PlatformStack, type RunningPlatform } from './platform-stack';

const VERBS = ['PUT', 'PATCH', 'DELETE', 'import'] as const;
type Verb = (typeof VERBS)[number];

interface BackendKey {
  readonly name: string;
  readonly rights: readonly string[];
  readonly parties?: readonly string[];
  readonly modules?: readonly string[];
}

const KEYS: readonly BackendKey[] = [
  { name: 'admin', rights: ['admin'] },
  { name: 'writer', rights: ['read', 'write'] },
  { name: 'reader', rights: ['read'] },
  { name: 'writer of one party', rights: ['read', 'write'], parties: ['NL*RGC'] },
  { name: 'writer of one module', rights: ['read', 'write'], modules: ['tariffs'] },
];

/** Parties of objects: two CPOs, an eMSP and a hub of ours, and one that is nobody's here. */
const PARTIES: readonly (readonly [party: string, role: string | undefined])[] = [
  ['NL*RGC', 'CPO'],
  ['NL*RGD', 'CPO'],
  ['DE*RGE', 'EMSP'],
  ['NL*RGH', 'HUB'],
  ['FR*XXX', undefined],
];

const samples: Readonly<Record<string, (id: string) => Json>> = {
  ...{ cdrs: cdr, hubclientinfo: clientInfo, locations: location, sessions: session, tariffs: tariff, tokens: token },
};

describe('what the keys of backends and admins may write: key × party × module × verb', () => {
  const stack = new PlatformStack();
  const keys = new Map<string, string>();
  let platform: RunningPlatform;
  let number = 0;

  beforeAll(async () => {
    await stack.startParts();
    const party = ([id, role]: (typeof PARTIES)[number]) => {
      const [country_code = '', party_id = ''] = id.split('*');
      return role === undefined ? [] : [{ country_code, party_id, roles: [role], name: id }];
    };
    platform = await stack.platform({ without: [], name: 'matrix', parties: PARTIES.flatMap(party), pull: { delta: 3_600_000, full: 3_600_000 } });
    for (const key of KEYS) keys.set(key.name, (await platform.api.call<{ key: string }>('POST', '/v1/keys', key)).key);
  });

  afterAll(() => stack.stop());

  const call = async (key: string, method: string, path: string, body: unknown): Promise<{ status: number; body: Json }> => {
    const type = path.endsWith('/import') ? 'application/x-ndjson' : 'application/json';
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } };
    const response = await fetch(platform.roamingApiUrl + path, { method, ...init, headers: { ...init.headers, 'x-api-key': keys.get(key) ?? platform.apiKey } });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text.split('\n')[0] ?? '{}') as Json };
  };

  const pathOf = ({ id: module, key, segment }: ModuleDeclaration, object: Json): string => {
    const names = key.map((field) => encodeURIComponent(String(object[field])));
    return `/v1/${module}/${names.slice(0, segment === undefined ? 2 : 3).join('/')}`;
  };

  /** 2xx as `done`, anything else as the code of the problem. */
  async function attempt(key: BackendKey, module: ModuleDeclaration, object: Json, verb: Verb): Promise<string> {
    const path = verb === 'import' ? `/v1/${module.id}/import` : pathOf(module, object);
    const body = { PUT: object, import: object, PATCH: { last_updated: at(90_000) }, DELETE: undefined }[verb];
    const answer = await call(key.name, verb === 'import' ? 'POST' : verb, path, body);
    const refused = answer.body['code'];
    return answer.status < 300 && refused === undefined ? 'done' : String(refused);
  }

  function expected(key: BackendKey, module: ModuleDeclaration, [party, role]: (typeof PARTIES)[number], verb: Verb): string {
    const offered = { PUT: true, import: true, PATCH: module.interfaces.receiver.some(({ kind }) => kind === 'patch'), DELETE: module.deletable };
    if (!offered[verb]) return 'method.not_allowed';
    if (!key.rights.some((right) => right === 'write' || right === 'admin')) return 'key.right_missing';
    if (key.modules && !key.modules.includes(module.id)) return 'key.other_module';
    if (module.ownedBy === 'role') return key.parties ? 'party.role_missing' : 'done'; // no key here is for the hub alone
    if (role === undefined || (key.parties && !key.parties.includes(party))) return 'party.not_yours';
    return role === module.owner ? 'done' : 'party.role_missing';
  }

  it.each(modules.map(({ id }) => id))('RTE-13 %s', async (id) => {
    const module = modules.find((each) => each.id === id) as ModuleDeclaration;
    const [seen, wanted]: [string[], string[]] = [[], []];
    for (const key of KEYS) {
      for (const party of PARTIES) {
        for (const verb of VERBS) {
          const [country_code = '', party_id = ''] = party[0].split('*');
          const object: Json = { ...samples[id]?.(`M${(number += 1)}`), country_code, party_id };
          if (party[1] === module.owner && (verb === 'PATCH' || verb === 'DELETE')) await call('admin', 'PUT', pathOf(module, object), object);
          const name = `${verb} of ${party[0]} by ${key.name}`;
          seen.push(`${name}: ${await attempt(key, module, object, verb)}`);
          wanted.push(`${name}: ${expected(key, module, party, verb)}`);
        }
      }
    }
    expect(seen).toEqual(wanted);
  });
});
