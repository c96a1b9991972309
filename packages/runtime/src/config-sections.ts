import type { SchemaObject } from 'ajv';

/** A closed object schema: every property required, no other allowed. */
export function section(properties: Record<string, SchemaObject>): SchemaObject {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

export const text: SchemaObject = { type: 'string', minLength: 1 };
export const maybeText: SchemaObject = { type: 'string' };
export const flag: SchemaObject = { type: 'boolean' };
export const count: SchemaObject = { type: 'integer', minimum: 0 };
export const positive: SchemaObject = { type: 'integer', minimum: 1 };
export const port: SchemaObject = { type: 'integer', minimum: 0, maximum: 65535 };

/** Sections that every service has. */
export interface CommonConfig {
  /** `level`: trace, debug, info, warn, error or silent. */
  readonly log: { readonly level: string };
  /** Probes for the orchestrator. */
  readonly health: { readonly host: string; readonly port: number };
  /** Where the service listens for gRPC; port 0 where it serves none. `tls` counts for the calls that it makes, too. */
  readonly grpc: { readonly host: string; readonly port: number; readonly tls: TlsFiles };
  /** `drain`: milliseconds of serving on after the signal to stop, while readiness says no already. */
  readonly stop: { readonly drain: number };
}

/** PEM files; an empty name: not used. */
export interface TlsFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface MongoConfig {
  readonly uri: string;
  /** `certKeyFile`: our certificate and its key in one PEM file. Empty: not used. */
  readonly tls: { readonly caFile: string; readonly certKeyFile: string };
}

export interface KafkaConfig {
  readonly brokers: readonly string[];
  /** Topics are `<prefix>.<module>.changes`. */
  readonly topicPrefix: string;
  readonly tls: TlsFiles & { readonly enabled: boolean };
  readonly sasl: { readonly mechanism: '' | SaslMechanism; readonly username: string; readonly password: string };
}

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

const tlsFiles = { caFile: maybeText, certFile: maybeText, keyFile: maybeText };

export const commonSections = {
  log: section({ level: { enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'] } }),
  health: section({ host: text, port }),
  grpc: section({ host: text, port, tls: section(tlsFiles) }),
  stop: section({ drain: count }),
} satisfies Record<string, SchemaObject>;

export const mongoSection: SchemaObject = section({
  uri: text,
  tls: section({ caFile: maybeText, certKeyFile: maybeText }),
});

export const kafkaSection: SchemaObject = section({
  brokers: { type: 'array', items: text, minItems: 1 },
  topicPrefix: text,
  tls: section({ enabled: flag, ...tlsFiles }),
  sasl: section({
    mechanism: { enum: ['', 'plain', 'scram-sha-256', 'scram-sha-512'] },
    username: maybeText,
    password: maybeText,
  }),
});

/** Addresses, or networks in CIDR notation, whose X-Forwarded-For is believed. */
export const proxiesSection: SchemaObject = { type: 'array', items: { type: 'string', pattern: '^[0-9a-fA-F.:]+(/[0-9]{1,3})?$' } };

/** gRPC addresses by module id, `host:port`. */
export const addressesSection: SchemaObject = { type: 'object', additionalProperties: text };
