import { egressSection, type EgressConfig } from '@roamgrid/ocpi-client';
import { positive, section, text } from '@roamgrid/runtime';

/** The sections of the sessions service beside those of every module; what each means stands in config.default.yaml. */
export interface SessionsConfig {
  readonly credentials: string;
  readonly objects: { readonly locations: string; readonly tariffs: string };
  readonly egress: EgressConfig;
  readonly asking: { readonly deadline: number };
}

export const sessionsSections = {
  credentials: text,
  objects: section({ locations: text, tariffs: text }),
  egress: egressSection,
  asking: section({ deadline: positive }),
};
