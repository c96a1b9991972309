import type { AllowedType } from '@roamgrid/modules';
import { egressSection, type EgressConfig } from '@roamgrid/ocpi-client';
import { flag, maybeText, positive, section, text } from '@roamgrid/runtime';

/** The company's backend as the one who decides; no URL: the store decides. */
export interface BackendConfig {
  readonly url: string;
  readonly bearerToken: string;
  /** Milliseconds. */
  readonly deadline: number;
  readonly otherwise: 'STORE' | AllowedType;
}

/** How CPOs are answered. */
export interface AuthorizationConfig {
  readonly backend: BackendConfig;
  readonly locationNeeded: boolean;
}

/** How eMSPs are asked. */
export interface AskingConfig {
  /** Milliseconds. */
  readonly deadline: number;
  readonly allowedAsks: boolean;
}

/** The sections of the tokens service beside those of every module; what each means stands in config.default.yaml. */
export interface TokensConfig {
  readonly credentials: string;
  /** Empty: nobody is asked about commands. */
  readonly commands: string;
  readonly egress: EgressConfig;
  readonly authorization: AuthorizationConfig;
  readonly asking: AskingConfig;
}

export const tokensSections = {
  credentials: text,
  commands: maybeText,
  egress: egressSection,
  authorization: section({
    backend: section({
      url: { type: 'string', pattern: '^(https?://.+)?$' },
      bearerToken: maybeText,
      deadline: positive,
      otherwise: { enum: ['STORE', 'ALLOWED', 'BLOCKED', 'EXPIRED', 'NO_CREDIT', 'NOT_ALLOWED'] },
    }),
    locationNeeded: flag,
  }),
  asking: section({ deadline: positive, allowedAsks: flag }),
};
