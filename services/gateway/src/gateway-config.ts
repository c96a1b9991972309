import { addressesSection, count, port, positive, proxiesSection, section, text, type RateLimit, type SchemaObject } from '@roamgrid/runtime';

/** The gateway's own configuration; every value is explained in config.default.yaml. */
export interface GatewayConfig {
  readonly http: { readonly host: string; readonly port: number };
  readonly publicUrl: string;
  readonly trustedProxies: readonly string[];
  readonly credentials: string;
  readonly objects: Readonly<Record<string, string>>;
  readonly conversations: Readonly<Record<string, string>>;
  readonly tokenHashKey: string;
  readonly cursorKey: string;
  readonly page: PageLimits;
  readonly maxBodyBytes: number;
  readonly requestsAtOnce: number;
  readonly budget: RateLimit;
}

export interface PageLimits {
  readonly defaultLimit: number;
  readonly maxLimit: number;
  readonly cacheBytes: number;
}

export const gatewaySections: Readonly<Record<string, SchemaObject>> = {
  http: section({ host: text, port }),
  publicUrl: { type: 'string', pattern: '^https?://.*[^/]$' },
  trustedProxies: proxiesSection,
  credentials: text,
  objects: addressesSection,
  conversations: addressesSection,
  tokenHashKey: { type: 'string', minLength: 16 },
  cursorKey: { type: 'string', minLength: 16 },
  page: section({ defaultLimit: positive, maxLimit: positive, cacheBytes: count }),
  maxBodyBytes: positive,
  requestsAtOnce: positive,
  budget: section({ perSecond: count, burst: positive }),
};
