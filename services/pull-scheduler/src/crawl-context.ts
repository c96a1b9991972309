import type { OcpiClient } from '@roamgrid/ocpi-client';
import type { Client, Clock, Logger, ObjectsCalls } from '@roamgrid/runtime';
import type { JobStore } from './job-store';
import type { PullSchedulerConfig } from './pull-scheduler-config';
import type { Quarantine } from './quarantine';
import type { SeenKeys } from './seen-keys';

/** What crawls work with. */
export interface CrawlContext {
  readonly config: Pick<PullSchedulerConfig, 'intervals' | 'retryDelays' | 'timeouts' | 'limits'>;
  readonly jobs: JobStore;
  readonly seenKeys: SeenKeys;
  readonly quarantine: Quarantine;
  readonly client: OcpiClient;
  /** Client of the service of a module; every module that is pulled has one. */
  readonly objects: (module: string) => Client<ObjectsCalls>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  readonly ids: () => string;
}
