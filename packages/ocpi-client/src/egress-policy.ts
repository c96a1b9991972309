import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { flag, RoamgridError, section, text } from '@roamgrid/runtime';

/** Which targets may be called although they are not public HTTPS hosts; both empty in production. */
export interface EgressConfig {
  /** Whether `http:` URLs may be called. */
  readonly allowHttp: boolean;
  /** Networks in CIDR notation, single addresses, or host names whose addresses are trusted whatever they are. */
  readonly allowedNetworks: readonly string[];
}

/** The section of a service's configuration that is an {@link EgressConfig}. */
export const egressSection = section({ allowHttp: flag, allowedNetworks: { type: 'array', items: text } });

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * All that is allocated as global unicast; the rest of IPv6 (such as ::/96) can lead to IPv4 networks behind a
 * translator.
 */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * The SSRF guard (CRD-41): https only, public unicast addresses only, unless the configuration allows more. A peer
 * names URLs that this platform then calls, so the guard judges the URL before a call and every address before a
 * connection.
 */
export class EgressPolicy {
  readonly #allowHttp: boolean;
  readonly #networks: readonly [Address, number][];
  readonly #hosts: ReadonlySet<string>;

  /** Throws config.invalid where an allowed network is neither CIDR, address nor host name. */
  constructor(config: EgressConfig) {
    this.#allowHttp = config.allowHttp;
    this.#networks = config.allowedNetworks.filter(isNetwork).map(parseNetwork);
    this.#hosts = new Set(config.allowedNetworks.filter((entry) => !isNetwork(entry)).map(parseHost));
  }

  /**
   * The URL as it will be called; its host is normalised (decimal, octal and hexadecimal IPv4 forms too). Throws
   * peer.address_forbidden for other schemes, embedded user names, and forbidden address literals.
   */
  checkUrl(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
      throw forbidden(`"${text.slice(0, 100)}" is not an absolute ${this.#allowHttp ? 'http or https' : 'https'} URL`);
    }
    if (url.protocol === 'http:' && !this.#allowHttp) throw forbidden(`${url.origin}: only https is called`);
    if (url.username !== '' || url.password !== '') throw forbidden(`${url.origin}: a URL must not carry a user name`);
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0) this.checkAddresses(url.hostname, [literal]);
    return url;
  }

  /** Throws peer.address_forbidden when any address that a host resolved to may not be called. */
  checkAddresses(host: string, addresses: readonly string[]): void {
    if (this.#hosts.has(withoutTrailingDot(host))) return;
    const refused = addresses.find((address) => !this.#isAllowed(address));
    if (refused === undefined) return;
    const range = ipaddr.isValid(refused) ? ipaddr.process(refused).range() : 'no address';
    throw forbidden(`${host} is at ${refused} (${range}), which is neither public nor an allowed network`);
  }

  #isAllowed(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text); // an IPv4-mapped IPv6 address is judged as the IPv4 address it reaches
    if (this.#networks.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits))) {
      return true;
    }
    return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(GLOBAL_IPV6));
  }
}

function isNetwork(entry: string): boolean {
  return isIP(entry) !== 0 || entry.includes('/');
}

function parseNetwork(entry: string): [Address, number] {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (!isIP(entry)) {
    throw new RoamgridError('config.invalid', `allowedNetworks: "${entry}" is not a network such as 10.0.0.0/8`);
  }
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function parseHost(entry: string): string {
  if (/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(entry)) return entry.toLowerCase();
  throw new RoamgridError('config.invalid', `allowedNetworks: "${entry}" is neither a network nor a host name`);
}

function withoutTrailingDot(host: string): string {
  return host.replace(/\.$/, '');
}

function forbidden(message: string): RoamgridError {
  return new RoamgridError('peer.address_forbidden', message);
}
