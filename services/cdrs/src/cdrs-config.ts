import { section, text } from '@roamgrid/runtime';

/** The services that hold what CDRs name. */
export const NAMED_MODULES = ['locations', 'sessions', 'tariffs', 'tokens'] as const;
export type NamedModule = (typeof NAMED_MODULES)[number];

/** What the cdrs service is configured with beside what every module has. */
export interface CdrsConfig {
  /** gRPC addresses, `host:port`. */
  readonly objects: Readonly<Record<NamedModule, string>>;
}

export const cdrsSections = { objects: section(Object.fromEntries(NAMED_MODULES.map((id) => [id, text]))) };
