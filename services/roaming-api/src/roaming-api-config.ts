import { OCPI_VERSIONS, type OcpiVersion } from '@roamgrid/modules';
import {
  addressesSection,
  count,
  flag,
  kafkaSection,
  mongoSection,
  port,
  positive,
  proxiesSection,
  section,
  text,
  type KafkaConfig,
  type MongoConfig,
} from '@roamgrid/runtime';
import type { Limits } from './backend';
import type { ApiKeyConfig } from './keys/configured-keys';

/** The sections of the roaming API beside the common ones; what each means stands in config.default.yaml. */
export interface RoamingApiConfig {
  readonly mongodb: MongoConfig;
  readonly kafka: KafkaConfig;
  readonly http: { readonly host: string; readonly port: number };
  readonly publicUrl: string;
  readonly trustedProxies: readonly string[];
  readonly apiKeys: readonly ApiKeyConfig[];
  readonly cursorKey: string;
  readonly ocpiVersion: OcpiVersion;
  readonly objects: Readonly<Record<string, string>>;
  readonly conversations: Readonly<Record<string, string>>;
  readonly credentials: string;
  readonly push: string;
  readonly pull: string;
  readonly limits: Limits;
}

export const roamingApiSections = {
  mongodb: mongoSection,
  kafka: kafkaSection,
  http: section({ host: text, port }),
  publicUrl: { type: 'string', pattern: '^https?://' },
  trustedProxies: proxiesSection,
  apiKeys: {
    type: 'array',
    items: section({ name: text, sha256: { type: 'string', pattern: '^[0-9a-fA-F]{64}$' }, admin: flag }),
  },
  cursorKey: { type: 'string', minLength: 16 },
  ocpiVersion: { enum: [...OCPI_VERSIONS] },
  objects: addressesSection,
  conversations: addressesSection,
  credentials: text,
  push: text,
  pull: text,
  limits: section({
    objectBytes: positive,
    peerBytes: positive,
    lineBytes: positive,
    imports: positive,
    unreadAnswerBytes: positive,
    requestsPerSecond: count,
    requestBurst: positive,
    requestsAtOnce: positive,
    feeds: positive,
    unreadFeedBytes: positive,
    bodySeconds: positive,
    idleSeconds: positive,
  }),
};
