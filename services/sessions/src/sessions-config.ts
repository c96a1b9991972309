import type { EgressConfig } from '@roamgrid/ocpi-client';
import { flag, positive, section, text } from '@roamgrid/runtime';

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
  egress: section({ allowHttp: flag, allowedNetworks: { type: 'array', items: text } }),
  asking: section({ deadline: positive }),
};
