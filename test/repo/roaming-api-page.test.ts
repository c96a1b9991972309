import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONVERSATION_STATES, conversations } from '@roamgrid/modules';
import { changeTopic } from '@roamgrid/changes';
import { parse } from 'yaml';
import type { JudgingDocument } from '../../services/roaming-api/test/document-check';
import { problemTypes } from '../../services/roaming-api/src/http/problem';
import { RIGHTS } from '../../services/roaming-api/src/keys/api-key';

const root = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const page = read('docs/roaming-api.md');
const document = JSON.parse(read('packages/client/openapi.json')) as JudgingDocument;

/** The rows of the table under a header, as lists of cells. */
function table(header: string): string[][] {
  const [, below = ''] = page.split(`${header}\n`);
  const [rows = ''] = below.split('\n\n');
  return rows.trim().split('\n').slice(1).map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()));
}

describe('docs/roaming-api.md', () => {
  it('has every code with its status and title', () => {
    const codes = Object.entries(problemTypes).map(([code, [status, title]]) => [`\`${code}\``, String(status), title]);
    expect(table('| code | HTTP | title |')).toEqual(codes);
  });

  it('explains every right', () => {
    expect(table('| right | opens |').map(([right]) => right)).toEqual(RIGHTS.map((right) => `\`${right}\``));
  });

  it('explains every state of a conversation, and names every route and topic of one', () => {
    expect(table('| state | means |').map(([state]) => state)).toEqual(CONVERSATION_STATES.map((state) => `\`${state}\``));
    const prefixes = conversations.map(({ id }) => `/v1/${id}`);
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)) ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`) : [],
    );
    expect(routes).toHaveLength(9);
    for (const route of routes) expect(page).toContain(`\`${route}\``);
    for (const { id } of conversations) expect(page).toContain(`\`${changeTopic('<prefix>', id)}\``);
  });

  it('names only paths that there are', () => {
    const templates = Object.keys(document.paths).map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
    const modules = ['locations', 'tariffs', 'tokens', 'sessions', 'cdrs'];
    const named = [...page.matchAll(/\/v1\/[\w/{}$-]+/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(20);
    const unknown = named.filter((path) => {
      const candidates = path.includes('{module}') ? modules.map((module) => path.replace('{module}', module)) : [path];
      return !candidates.some((candidate) => templates.some((template) => template.test(candidate)));
    });
    expect(unknown).toEqual([]);
  });

  it('says the limits of the default configuration, and the Idempotency-Key of every route that takes one', () => {
    const { limits } = parse(read('services/roaming-api/config.default.yaml')) as { limits: Record<string, number> };
    expect(page).toContain(`Each key may ask ${limits['requestsPerSecond']} times a second`);
    expect(page).toContain(`and ${limits['requestBurst']?.toLocaleString('en')} times at once`);
    expect(page).toContain(`imports to ${limits['imports']} at a time and feeds to ${limits['feeds']} in each process`);
    expect(limits).toMatchObject({ objectBytes: 2 * 1024 ** 2, unreadFeedBytes: 8 * 1024 ** 2, unreadAnswerBytes: 16 * 1024 ** 2 });
    const taking = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => (JSON.stringify(operation).includes('"idempotency-key"') ? [`${method.toUpperCase()} ${path}`] : [])),
    );
    expect(taking.length).toBeGreaterThan(2);
    for (const route of taking) expect(page).toContain(`\`${route}\``);
  });
});
