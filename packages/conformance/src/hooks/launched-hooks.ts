import { readFile } from 'node:fs/promises';
import type { PlatformHooks } from '../target/platform-hooks';
import { roamingApiHooks } from './roaming-api-hooks';
import { TlsFront } from './tls-front';

/** A process of a platform that can be halted. */
export interface LaunchedService {
  readonly spec: { readonly logFile: string };
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A platform whose processes we started. */
export interface LaunchedPlatform {
  readonly gatewayUrl: string;
  readonly roamingApiUrl: string;
  readonly apiKey: string;
  /** By service name; a module’s is that of the module. */
  readonly services: ReadonlyMap<string, LaunchedService>;
  stop(): Promise<void>;
}

/** What a launcher is told of a platform. */
export interface LaunchSpec {
  readonly name: string;
  readonly parties: readonly {
    readonly country_code: string;
    readonly party_id: string;
    readonly roles: readonly string[];
    readonly name: string;
  }[];
  /** Configuration on top, by service name. */
  readonly overrides: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The hooks for who runs the platform itself: halting services, and starting further platforms. */
export function launchedHooks(
  platform: LaunchedPlatform,
  launch: (spec: LaunchSpec) => Promise<LaunchedPlatform>,
): Required<Pick<PlatformHooks, 'breakDown' | 'logs' | 'withRoles'>> {
  let started = 0;
  return {
    breakDown: async (module) => {
      const service = platform.services.get(module);
      if (!service) throw new Error(`no service ${module}`);
      await service.stop();
      return () => service.start();
    },
    logs: async () => {
      const files = [...platform.services.values()].map(({ spec }) => spec.logFile);
      return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
    },
    withRoles: async (roles, { authorization, budget, tls = false } = {}) => {
      started += 1;
      const party = { country_code: 'NL', party_id: `RX${started % 10}`, roles, name: roles.join(' ') };
      const front = tls ? await TlsFront.start() : undefined;
      const reached = front && { publicUrl: front.url };
      const overrides = {
        gateway: { ...reached, ...(budget && { budget }) },
        credentials: { ...reached },
        tokens: authorization ? { authorization: { backend: { url: authorization.backend } } } : {},
      };
      const other = await launch({ name: `other${started}`, parties: [party], overrides });
      front?.leadTo(other.gatewayUrl);
      const { invite, seed } = roamingApiHooks({ url: other.roamingApiUrl, apiKey: other.apiKey });
      const stop = async (): Promise<void> => {
        await other.stop();
        await front?.close();
      };
      return { invite: async () => ({ ...(await invite('other')), ...(front && { ca: front.ca }) }), seed, stop };
    },
  };
}
