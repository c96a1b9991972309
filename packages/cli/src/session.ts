import { RoamgridClient, type components } from '@roamgrid/client';
import type { Command } from 'commander';
import { jsonText } from './render/plain';
import type { Terminal } from './terminal';

/** The parts of the API's document that are shown. */
export type Schemas = components['schemas'];

interface GlobalOptions {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

/** One run of a command: the client that it asks with, and how it shows what it hears. */
export interface Session {
  readonly client: RoamgridClient;
  /** Prints a value as JSON where that is asked for, else the text made of it. */
  show<Value>(value: Value, render: (value: Value) => string): void;
}

/** The session of a command, of its options and of the environment. Ends the command as wrong usage where they do not say whom to ask. */
export function openSession(command: Command, terminal: Terminal): Session {
  const { url, key, json = false } = command.optsWithGlobals<GlobalOptions>();
  if (!url || !URL.canParse(url)) return command.error('error: whom to ask is not known: give --url or ROAMGRID_URL, such as https://roaming.example');
  if (!key) return command.error('error: the API key is not known: give ROAMGRID_KEY or --key');
  return {
    client: new RoamgridClient({ url, key }),
    show: (value, render) => terminal.out(`${json ? jsonText(value) : render(value)}\n`),
  };
}
