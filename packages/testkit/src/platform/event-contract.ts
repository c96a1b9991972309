import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';

/** A message of a change topic. */
export interface ReadEvent {
  readonly topic: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: Readonly<Record<string, unknown>>;
}

interface Channel {
  readonly address: string;
  readonly messages: Readonly<Record<string, unknown>>;
}

/** What is wrong with an event by docs/asyncapi.yaml; empty: nothing. */
export function contractOfEvents(): (event: ReadEvent, prefix: string) => string[] {
  const document = parse(readFileSync(join(__dirname, '../../../../docs/asyncapi.yaml'), 'utf8')) as { channels: Record<string, Channel> };
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'asyncapi');
  const judge = (schema: string, value: unknown): string[] => {
    ajv.validate({ $ref: `asyncapi#/components/schemas/${schema}` }, value);
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
  return ({ topic, headers, event }, prefix) => {
    const channel = Object.values(document.channels).find(({ address }) => address === topic.replace(`${prefix}.`, 'roamgrid.'));
    const [schema] = Object.keys(channel?.messages ?? {});
    return schema === undefined ? [`${topic} is no topic of the contract`] : [...judge('Headers', headers), ...judge(schema, event)];
  };
}
