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
  /** Where the service listens for gRPC; port 0 where it serves none. */
  readonly grpc: { readonly host: string; readonly port: number };
}

export interface MongoConfig {
  readonly uri: string;
}

export interface KafkaConfig {
  readonly brokers: readonly string[];
  /** Topics are `<prefix>.<module>.changes`. */
  readonly topicPrefix: string;
}

export const commonSections = {
  log: section({ level: { enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'] } }),
  health: section({ host: text, port }),
  grpc: section({ host: text, port }),
} satisfies Record<string, SchemaObject>;

export const mongoSection: SchemaObject = section({ uri: text });
export const kafkaSection: SchemaObject = section({ brokers: { type: 'array', items: text, minItems: 1 }, topicPrefix: text });

/** gRPC addresses by module id, `host:port`. */
export const addressesSection: SchemaObject = { type: 'object', additionalProperties: text };
