import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quirkNames } from './quirks';
import { quirksPage } from './quirks-page';

describe('docs/quirks.md', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/quirks.md'), 'utf8');

  it('is as the declarations say; otherwise: npx pnpm --filter @roamgrid/ocpi write-quirks-page', () => {
    expect(page).toBe(quirksPage());
  });

  it('has every quirk', () => {
    expect(page.match(/^## `\w+`$/gm)).toEqual(quirkNames.map((name) => `## \`${name}\``));
  });
});
