import { createHash, randomBytes } from 'node:crypto';
import { conversations, modules, serviceOf } from '@roamgrid/modules';

/** A party of a platform, with the roles it has there. */
export interface PartySpec {
  readonly country_code: string;
  readonly party_id: string;
  readonly roles: readonly string[];
  readonly name: string;
}

/** What a platform is to be. */
export interface PlatformSpec {
  /** Short, of letters, digits and `-`: its database, topic prefix and folder are named after it. */
  readonly name: string;
  readonly parties: readonly PartySpec[];
  /** Milliseconds between delta pulls, and between full ones. */
  readonly pull?: { readonly delta: number; readonly full: number };
  /** Configuration on top, by service name: the same shape as its config.default.yaml. */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly logLevel?: string;
  /** Services of modules that it has not, by name. */
  readonly without?: readonly string[];
  /** How many processes a service has, where it is more than one; only of services that answer gRPC. */
  readonly replicas?: Readonly<Record<string, number>>;
}

/** What the services of a platform need of the machine. */
export interface PlatformSite {
  readonly mongodbUri: string;
  readonly kafkaBrokers: readonly string[];
  /** Gives a free port on 127.0.0.1. */
  readonly nextPort: () => Promise<number>;
}

/** The services of a platform in the order in which they start, each with its configuration. */
export interface PlatformConfig {
  readonly services: readonly ServiceConfig[];
  readonly gatewayUrl: string;
  readonly roamingApiUrl: string;
  readonly apiKey: string;
}

export interface ServiceConfig {
  /** Of a second replica with its number behind it, such as `locations-2`. */
  readonly name: string;
  /** The service that it is a replica of. */
  readonly service: string;
  readonly healthPort: number;
  readonly config: Readonly<Record<string, unknown>>;
}

type Section = Readonly<Record<string, unknown>>;

const HOST = '127.0.0.1';
/** By module id. */
const MODULES: readonly string[] = modules.map(({ id }) => id);
const CONVERSATIONS: readonly string[] = conversations.map(({ id }) => id);
const MODULE_SERVICES: readonly string[] = [...MODULES, ...CONVERSATIONS].map(serviceOf);
const OTHER_SERVICES = ['credentials', 'push-dispatcher', 'pull-scheduler', 'gateway', 'roaming-api'] as const;

/** Wires the services of a platform to each other and to the parts: ports, addresses, fresh secrets. */
export async function configurePlatform(spec: PlatformSpec, site: PlatformSite): Promise<PlatformConfig> {
  const ports = await givePorts(spec, site);
  const address = (service: string): string => addressOf(replicasOf(spec, service).map((name) => ports(name, 'grpc')));
  const gatewayUrl = `http://${HOST}:${ports('gateway', 'http')}`;
  const roamingApiUrl = `http://${HOST}:${ports('roaming-api', 'http')}`;
  const apiKey = secret();
  const wiring = { gatewayUrl, roamingApiUrl, apiKey, address, ports };
  const sections = sectionsOf(spec, site, wiring);
  const wanted = [...MODULE_SERVICES, ...OTHER_SERVICES].filter((name) => !spec.without?.includes(name));
  const configOf = (service: string, name: string): ServiceConfig => {
    const healthPort = ports(name, 'health');
    const own = MODULE_SERVICES.includes(service)
      ? { ...sections.module, ...wired(service, spec, wiring, sections.asking) }
      : sections[service as (typeof OTHER_SERVICES)[number]];
    const config = {
      log: { level: spec.logLevel ?? 'info' },
      health: { host: HOST, port: healthPort },
      grpc: { host: HOST, port: service === 'gateway' || service === 'roaming-api' ? 0 : ports(name, 'grpc') },
      ...own,
      ...spec.overrides?.[service],
    };
    return { name, service, healthPort, config };
  };
  const services = wanted.flatMap((service) => replicasOf(spec, service).map((name) => configOf(service, name)));
  return { services, gatewayUrl, roamingApiUrl, apiKey };
}

/** The names of a service's processes. */
function replicasOf({ replicas }: PlatformSpec, service: string): string[] {
  return Array.from({ length: replicas?.[service] ?? 1 }, (_, i) => (i === 0 ? service : `${service}-${i + 1}`));
}

/** One address, or a list of them over which a gRPC client takes turns. */
function addressOf(ports: readonly number[]): string {
  const hosts = ports.map((port) => `${HOST}:${port}`).join(',');
  return ports.length > 1 ? `ipv4:${hosts}` : hosts;
}

/** What the service of a module has to know of others. */
interface ModuleWiring {
  /** Modules whose objects it reads. */
  readonly reads?: readonly string[];
  /** It calls peers. */
  readonly callsPeers?: boolean;
  /** It names URLs of ours to peers. */
  readonly namesUrls?: boolean;
  /** It asks the commands service, where there is one, what came with commands. */
  readonly asksCommands?: boolean;
  /** It watches what comes of our messages. */
  readonly watches?: boolean;
}

const WIRING: Readonly<Record<string, ModuleWiring>> = {
  cdrs: { reads: ['locations', 'sessions', 'tariffs', 'tokens'] },
  'charging-profiles': { reads: ['locations', 'sessions'], callsPeers: true, namesUrls: true },
  commands: { reads: ['locations', 'sessions', 'tokens'], callsPeers: true, namesUrls: true },
  'hub-client-info': { callsPeers: true, watches: true },
  sessions: { reads: ['locations', 'tariffs'], callsPeers: true },
  tokens: { callsPeers: true, asksCommands: true },
};

function wired(service: string, { without = [] }: PlatformSpec, { address, gatewayUrl }: Wiring, asking: Section): Section {
  const { reads, callsPeers, namesUrls, asksCommands, watches } = WIRING[service] ?? {};
  return {
    ...(reads && { objects: Object.fromEntries(reads.map((id) => [id, address(id)])) }),
    ...(callsPeers && asking),
    ...(namesUrls && { publicUrl: gatewayUrl }),
    ...(asksCommands && !without.includes('commands') && { commands: address('commands') }),
    ...(watches && { push: address('push-dispatcher'), pull: address('pull-scheduler') }),
  };
}

interface Wiring {
  readonly gatewayUrl: string;
  readonly roamingApiUrl: string;
  readonly apiKey: string;
  readonly address: (service: string) => string;
  readonly ports: (service: string, kind: string) => number;
}

function sectionsOf(
  spec: PlatformSpec,
  site: PlatformSite,
  { gatewayUrl, roamingApiUrl, apiKey, address, ports }: Wiring,
): Readonly<Record<'asking' | 'module' | (typeof OTHER_SERVICES)[number], Section>> {
  const mongodb = { uri: withDatabase(site.mongodbUri, spec.name) };
  const kafka = { brokers: site.kafkaBrokers, topicPrefix: spec.name };
  const addresses = (ids: readonly string[]): Section =>
    Object.fromEntries(ids.flatMap((id) => (spec.without?.includes(serviceOf(id)) ? [] : [[id, address(serviceOf(id))]])));
  const objects = addresses(MODULES);
  const talks = addresses(CONVERSATIONS);
  const credentials = address('credentials');
  const egress = { allowHttp: true, allowedNetworks: ['127.0.0.0/8'] };
  const tokenHashKey = secret();
  const http = (service: string): Section => ({ host: HOST, port: ports(service, 'http') });
  const parties = spec.parties.map(({ name, ...party }) => ({ ...party, business_details: { name } }));
  return {
    module: { mongodb, kafka },
    asking: { credentials, egress },
    credentials: {
      mongodb,
      publicUrl: gatewayUrl,
      parties,
      tokenHashKey,
      sealing: { keyId: 'k1', keys: { k1: randomBytes(32).toString('base64') } },
      egress,
    },
    'push-dispatcher': { mongodb, kafka, credentials, objects, egress },
    'pull-scheduler': {
      mongodb,
      credentials,
      objects,
      egress,
      ...(spec.pull && { intervals: { delta: spec.pull.delta, full: spec.pull.full } }),
    },
    gateway: { http: http('gateway'), publicUrl: gatewayUrl, credentials, objects, conversations: talks, tokenHashKey, cursorKey: secret() },
    'roaming-api': {
      mongodb,
      kafka,
      http: http('roaming-api'),
      publicUrl: roamingApiUrl,
      apiKeys: [{ name: 'operator', sha256: createHash('sha256').update(apiKey).digest('hex'), admin: true }],
      cursorKey: secret(),
      limits: { requestsPerSecond: 0 }, // one key does all the work of a test or a demonstration
      credentials,
      objects,
      conversations: talks,
      push: address('push-dispatcher'),
      pull: address('pull-scheduler'),
    },
  };
}

/** One port for every service and purpose, fixed before any service starts, because they name each other. */
async function givePorts(spec: PlatformSpec, site: PlatformSite): Promise<(service: string, kind: string) => number> {
  const given = new Map<string, number>();
  for (const service of [...MODULE_SERVICES, ...OTHER_SERVICES].flatMap((name) => replicasOf(spec, name))) {
    for (const kind of ['health', 'grpc', 'http']) given.set(`${service}/${kind}`, await site.nextPort());
  }
  return (service, kind) => given.get(`${service}/${kind}`) ?? 0;
}

function withDatabase(uri: string, database: string): string {
  const url = new URL(uri);
  url.pathname = `/${database}`;
  return url.toString();
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
