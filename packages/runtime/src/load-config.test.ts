import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesSection, flag, positive, section, text } from './config-sections';
import { loadConfig } from './load-config';
import { RoamgridError } from './roamgrid-error';

const DEFAULTS = `
# a comment
mongodb:
  uri: mongodb://localhost/roamgrid
page:
  defaultLimit: 100
  maxLimit: 500
strict: true
brokers: [one, two]
objects:
  locations: localhost:1
tokenHashKey: change-me
`;

const schema = section({
  mongodb: section({ uri: text }),
  page: section({ defaultLimit: positive, maxLimit: positive }),
  strict: flag,
  brokers: { type: 'array', items: text, minItems: 1 },
  objects: addressesSection,
  tokenHashKey: text,
});

interface Config {
  mongodb: { uri: string };
  page: { defaultLimit: number; maxLimit: number };
  strict: boolean;
  brokers: string[];
  objects: Record<string, string>;
  tokenHashKey: string;
}

describe('the configuration of a service', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roamgrid-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  function load(env: NodeJS.ProcessEnv = {}, defaults = DEFAULTS): Config {
    return loadConfig<Config>(file('config.default.yaml', defaults), schema, env);
  }

  function refusal(env: NodeJS.ProcessEnv, defaults = DEFAULTS): RoamgridError {
    try {
      load(env, defaults);
    } catch (error) {
      if (error instanceof RoamgridError) return error;
      throw error;
    }
    throw new Error('the configuration was taken');
  }

  it('is its default file when nothing else is said', () => {
    expect(load({ PATH: '/bin', ROAMGRID_OTHER: 'x' })).toEqual({
      mongodb: { uri: 'mongodb://localhost/roamgrid' },
      page: { defaultLimit: 100, maxLimit: 500 },
      strict: true,
      brokers: ['one', 'two'],
      objects: { locations: 'localhost:1' },
      tokenHashKey: 'change-me',
    });
  });

  it('takes over what the file named by ROAMGRID_CONFIG says: objects merged, lists replaced', () => {
    const overlay = file('overlay.yaml', 'page: { maxLimit: 50 }\nbrokers: [three]\nobjects: { tariffs: "localhost:2" }\n');
    expect(load({ ROAMGRID_CONFIG: overlay })).toMatchObject({
      page: { defaultLimit: 100, maxLimit: 50 },
      brokers: ['three'],
      objects: { locations: 'localhost:1', tariffs: 'localhost:2' },
    });
  });

  it('is not changed by an empty file', () => {
    expect(load({ ROAMGRID_CONFIG: file('empty.yaml', '# nothing\n') })).toEqual(load());
  });

  it('takes single values from the environment, over both files, in any case of the name', () => {
    const overlay = file('overlay.yaml', 'page: { maxLimit: 50, defaultLimit: 10 }');
    const config = load({
      ROAMGRID_CONFIG: overlay,
      ROAMGRID__PAGE__MAXLIMIT: '25',
      ROAMGRID__MONGODB__URI: 'mongodb://db/x?replicaSet=rs0',
      ROAMGRID__STRICT: 'false',
      ROAMGRID__BROKERS: '["a:1","b:2"]',
      ROAMGRID__TOKENHASHKEY: 'a key: "with" marks',
      ROAMGRID__OBJECTS__TARIFFS: 'localhost:2',
    });
    expect(config).toEqual({
      mongodb: { uri: 'mongodb://db/x?replicaSet=rs0' },
      page: { defaultLimit: 10, maxLimit: 25 },
      strict: false,
      brokers: ['a:1', 'b:2'],
      objects: { locations: 'localhost:1', tariffs: 'localhost:2' },
      tokenHashKey: 'a key: "with" marks',
    });
  });

  it('leaves as text what is text by default: a password of digits is no number, a key in braces no object', () => {
    expect(load({ ROAMGRID__TOKENHASHKEY: '0123' }).tokenHashKey).toBe('0123');
    expect(load({ ROAMGRID__TOKENHASHKEY: '{"a":1}' }).tokenHashKey).toBe('{"a":1}');
  });

  it('takes a section from the environment as JSON, over what it does not name', () => {
    expect(load({ ROAMGRID__PAGE: '{"defaultLimit":1,"maxLimit":2}' }).page).toEqual({ defaultLimit: 1, maxLimit: 2 });
    expect(load({ ROAMGRID__PAGE: '{"defaultLimit":1}' }).page).toEqual({ defaultLimit: 1, maxLimit: 500 });
  });

  it.each([
    [{ ROAMGRID__PAGE__MAXLIMIT: '0' }, '/page/maxLimit must be >= 1'],
    [{ ROAMGRID__PAGE__MAXLIMIT: 'many' }, '/page/maxLimit must be integer'],
    [{ ROAMGRID__PAGE__MAXLIMT: '5' }, '/page must NOT have additional properties (maxlimt)'],
    [{ ROAMGRID__MONGO__URI: 'x' }, '/ must NOT have additional properties (mongo)'],
    [{ ROAMGRID__BROKERS: '[]' }, '/brokers must NOT have fewer than 1 items'],
    [{ ROAMGRID__BROKERS: '[broken' }, '/brokers must be array'],
    [{ ROAMGRID__OBJECTS__TARIFFS: '' }, '/objects/tariffs must NOT have fewer than 1 characters'],
  ])('refuses %j by name', (env, problem) => {
    const error = refusal(env);
    expect(error.code).toBe('config.invalid');
    expect(error.message).toContain(problem);
    expect(error.message).toContain('config.default.yaml');
  });

  it('names what is missing, and every problem at once', () => {
    const { message } = refusal({ ROAMGRID__PAGE__MAXLIMIT: '0' }, DEFAULTS.replace(/^tokenHashKey.*\n/m, ''));
    expect(message).toContain("/ must have required property 'tokenHashKey'");
    expect(message).toContain('/page/maxLimit must be >= 1');
  });

  it('never shows a value: it may be a secret', () => {
    expect(refusal({ ROAMGRID__BROKERS: 's3cret' }).message).not.toContain('s3cret');
  });

  it('names a file that is not there or no YAML', () => {
    expect(refusal({ ROAMGRID_CONFIG: join(folder, 'gone.yaml') }).message).toContain('gone.yaml');
    const broken = refusal({ ROAMGRID_CONFIG: file('broken.yaml', 'page: {') });
    expect([broken.code, broken.message]).toEqual(['config.invalid', expect.stringContaining('broken.yaml')]);
  });

  it('names the file that was laid over the defaults', () => {
    const overlay = file('site.yaml', 'page: { maxLimit: -1 }');
    expect(refusal({ ROAMGRID_CONFIG: overlay }).message).toContain('site.yaml');
  });
});
