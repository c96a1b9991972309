import { CommandType, jsonSchemaOf } from '@roamgrid/modules';
import { section, text } from '@roamgrid/runtime';

/** The sections of the commands service beside those of every conversation; what each means stands in config.default.yaml. */
export interface CommandsConfig {
  readonly objects: { readonly locations: string; readonly sessions: string; readonly tokens: string };
  readonly supported: readonly CommandType[];
}

const { type, enum: literals } = jsonSchemaOf(CommandType, 'own');

export const commandsSections = {
  objects: section({ locations: text, sessions: text, tokens: text }),
  supported: { type: 'array', items: { type, enum: literals }, uniqueItems: true },
};
