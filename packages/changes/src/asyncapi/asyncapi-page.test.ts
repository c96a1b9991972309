import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { conversations, modules } from '@roamgrid/modules';
import { parse } from 'yaml';
import { asyncApiDocument } from './asyncapi-document';
import { asyncApiPage } from './asyncapi-page';

describe('docs/asyncapi.yaml', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/asyncapi.yaml'), 'utf8');

  it('is as the declarations say; otherwise: npx pnpm --filter @roamgrid/changes write-asyncapi', () => {
    expect(page).toBe(asyncApiPage());
  });

  it('is a document of AsyncAPI 3.0', () => {
    const schema = JSON.parse(readFileSync(require.resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json'), 'utf8')) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    ajv.validate(schema, parse(page));
    expect((ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)).toEqual([]);
  });

  it('has a topic of every module', () => {
    const { channels } = asyncApiDocument() as { channels: Record<string, { address: string }> };
    expect(Object.values(channels).map(({ address }) => address)).toEqual([
      ...modules.map(({ id }) => `roamgrid.${id}.changes`),
      ...conversations.map(({ id }) => `roamgrid.${id}.requests`),
    ]);
  });
});
