import type { components, paths } from './generated/api';

/** A module whose objects can be listed and imported, such as `locations`. */
export type ModuleName = {
  [Path in keyof paths]: Path extends `/v1/${infer Name}/import` ? Name : never;
}[keyof paths];

/** An object of a module as it is read: own, or as a partner sent it. */
export type ModuleObject<Name extends ModuleName> =
  paths[`/v1/${Name}/export`]['get']['responses'][200]['content']['application/x-ndjson'];

/** An object of a module as it is written. */
export type OwnObject<Name extends ModuleName> =
  paths[`/v1/${Name}/import`]['post']['requestBody']['content']['application/x-ndjson'];

/** An item of a list: an object, and what is known about it. */
export type ListedItem<Name extends ModuleName> =
  paths[`/v1/${Name}`]['get']['responses'][200]['content']['application/json']['items'][number];

/** A module that is asked by one side and answered by the other, such as `commands`. */
export type ConversationName = {
  [Path in keyof paths]: Path extends `/v1/${infer Name}/{country_code}/{party_id}/{id}/result` ? Name : never;
}[keyof paths];

/** A conversation: what was asked, and what came of it so far. */
export type ConversationOf<Name extends ConversationName> =
  paths[`/v1/${Name}`]['get']['responses'][200]['content']['application/json']['items'][number];

/** Which conversations of a module. */
export interface ConversationSelection {
  /** `asked`: by peers, of us; `asking`: by us, of peers. */
  readonly direction?: 'asked' | 'asking';
  /** Such as `WAITING`. */
  readonly state?: string;
  /** The own party in it, such as `NL*RGC`. */
  readonly party?: string;
}

/** Which objects of a module. */
export interface Selection {
  /** `own`, or the id of the peer they came from. */
  readonly origin?: string;
  /** The party that owns them, such as `NL*RGC`. */
  readonly party?: string;
  /** RFC 3339, in UTC: only objects whose last_updated is not before this. */
  readonly updated_from?: string;
  /** Only objects whose last_updated is before this. */
  readonly updated_to?: string;
}

export interface ImportOptions {
  /** Which lines are answered: all, those refused, or also those with warnings. Default: all. */
  readonly results?: 'all' | 'refused' | 'warned';
  readonly signal?: AbortSignal;
}

type Answered = components['schemas']['ImportLine'];

/** What became of one object of an import. Lines count from 1. */
export type ImportedLine = Extract<Answered, { line: number }>;

/** The end of an import: how many lines, and what became of them. With `code` the upload broke before its end. */
export type ImportSummary = Exclude<Answered, ImportedLine>;
