import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CRASH_POINTS } from '@roamgrid/runtime';

const root = join(__dirname, '..', '..');

describe('crash points', () => {
  const folders = ['packages', 'services'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name, 'src')));
  const files = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)));
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(file, 'utf8'));
  const passed = sources.flatMap((text) => [...text.matchAll(/\bcrashPoint\('([^']*)'\)/g)].map(([, name]) => name));

  it('each stands in the code exactly once', () => {
    expect([...passed].sort()).toEqual([...CRASH_POINTS].sort());
  });
});
