import { egressSection, type EgressConfig } from '@roamgrid/ocpi-client';
import {
  addressesSection,
  count,
  mongoSection,
  positive,
  section,
  text,
  type MongoConfig,
  type ServiceDefinition,
} from '@roamgrid/runtime';

/**
 * The sections of this service beside the common ones; all times in milliseconds. What each means stands in
 * config.default.yaml.
 */
export interface PullSchedulerConfig {
  readonly mongodb: MongoConfig;
  readonly credentials: string;
  readonly objects: Readonly<Record<string, string>>;
  readonly egress: EgressConfig;
  readonly intervals: {
    readonly delta: number;
    readonly full: number;
    readonly overlap: number;
    readonly clockSkew: number;
    readonly turn: number;
  };
  readonly retryDelays: readonly number[];
  readonly timeouts: {
    readonly connect: number;
    readonly answer: number;
    readonly objects: number;
    readonly lease: number;
  };
  readonly limits: {
    readonly pageObjects: number;
    readonly pageBytes: number;
    readonly pages: number;
    readonly crawls: number;
    readonly perPeer: number;
  };
}

/** The schema of these sections. */
export const pullSchedulerSections: ServiceDefinition<PullSchedulerConfig>['sections'] = {
  mongodb: mongoSection,
  credentials: text,
  objects: addressesSection,
  egress: egressSection,
  intervals: section({ delta: positive, full: positive, overlap: count, clockSkew: count, turn: positive }),
  retryDelays: { type: 'array', items: positive, minItems: 1 },
  timeouts: section({ connect: positive, answer: positive, objects: positive, lease: positive }),
  limits: section({ pageObjects: positive, pageBytes: positive, pages: positive, crawls: positive, perPeer: positive }),
};
