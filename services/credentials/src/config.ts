import type { SchemaObject } from 'ajv';
import { OCPI_VERSIONS, type OcpiVersion, type Role } from '@roamgrid/modules';
import { count, maybeText, mongoSection, section, text, type MongoConfig } from '@roamgrid/runtime';
import { egressSection, type EgressConfig } from '@roamgrid/ocpi-client';

/** A party that this platform hosts, with all its roles. */
export interface PartyConfig {
  readonly country_code: string;
  readonly party_id: string;
  readonly roles: readonly Role[];
  /** OCPI's BusinessDetails: name, and where wanted website and logo. */
  readonly business_details: Readonly<Record<string, unknown>>;
}

/** Sealing keys by id, Base64 of 32 bytes; `keyId` seals, the others only open what they sealed. */
export interface SealingConfig {
  readonly keyId: string;
  readonly keys: Readonly<Record<string, string>>;
}

export interface CredentialsConfig {
  readonly mongodb: MongoConfig;
  /** Base URL of the gateway as peers see it. */
  readonly publicUrl: string;
  readonly parties: readonly PartyConfig[];
  /** OCPI versions that we speak. */
  readonly versions: readonly OcpiVersion[];
  /** Seconds that the old token of a peer works on after it was replaced. */
  readonly rotationGrace: number;
  /** Key of the hash by which tokens are looked up; the gateway has the same. */
  readonly tokenHashKey: string;
  readonly sealing: SealingConfig;
  readonly egress: EgressConfig;
}

const party: SchemaObject = section({
  country_code: text,
  party_id: text,
  roles: { type: 'array', items: text, minItems: 1, uniqueItems: true },
  business_details: { type: 'object' },
});

/** The schema of the sections that only this service has. */
export const credentialsSections: Readonly<Record<string, SchemaObject>> = {
  mongodb: mongoSection,
  publicUrl: { type: 'string', pattern: '^https?://' },
  parties: { type: 'array', items: party, minItems: 1 },
  versions: { type: 'array', items: { enum: [...OCPI_VERSIONS] }, minItems: 1, uniqueItems: true },
  rotationGrace: count,
  tokenHashKey: { type: 'string', minLength: 32 },
  sealing: section({
    keyId: text,
    keys: {
      type: 'object',
      minProperties: 1,
      additionalProperties: maybeText,
      propertyNames: { pattern: '^[A-Za-z0-9_-]+$' },
    },
  }),
  egress: egressSection,
};
