import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conversations, modules } from '@roamgrid/modules';
import { compileConversations, describeConversations } from './conversation-route';
import { compileRoutes, describeRoutes } from './module-route';

const SNAPSHOT = join(__dirname, '../routes.snap.txt');

describe('compiled routes', () => {
  it('are those of routes.snap.txt (after a wanted change: UPDATE_ROUTES=1)', () => {
    const compiled = describeRoutes(compileRoutes(modules)) + describeConversations(compileConversations(conversations));
    if (process.env['UPDATE_ROUTES'] === '1') writeFileSync(SNAPSHOT, compiled);
    expect(readFileSync(SNAPSHOT, 'utf8')).toBe(compiled);
  });

  it('VER-09 give sender and receiver separate URLs', () => {
    const routes = compileRoutes(modules);
    const sender = new Set(routes.filter(({ side }) => side === 'SENDER').map(({ template }) => template));
    expect(routes.filter(({ side, template }) => side === 'RECEIVER' && sender.has(template))).toEqual([]);
  });

  it('LOC-06 name no party on the sender side', () => {
    const routes = compileRoutes(modules).filter(({ side }) => side === 'SENDER');
    expect(routes.filter(({ template }) => template.includes(':party_id'))).toEqual([]);
  });
});
