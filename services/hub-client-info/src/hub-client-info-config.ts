import { egressSection, type EgressConfig } from '@roamgrid/ocpi-client';
import { positive, section, text } from '@roamgrid/runtime';

/** How clients are watched; times in milliseconds. */
export interface WatchConfig {
  readonly look: number;
  readonly silence: number;
  readonly recheck: number;
  readonly timeout: number;
}

/** The sections of the service beside those of every module; what each means stands in config.default.yaml. */
export interface HubClientInfoConfig {
  readonly credentials: string;
  readonly push: string;
  readonly pull: string;
  readonly egress: EgressConfig;
  readonly watch: WatchConfig;
}

export const hubClientInfoSections = {
  credentials: text,
  push: text,
  pull: text,
  egress: egressSection,
  watch: section({ look: positive, silence: positive, recheck: positive, timeout: positive }),
};
