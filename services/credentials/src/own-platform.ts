import { credentialsSchema, describeProblems, type Role } from '@roamgrid/modules';
import { joinUrl, partyKey } from '@roamgrid/ocpi';
import { RoamgridError, type HostedParty, type Platform } from '@roamgrid/runtime';
import type { CredentialsConfig } from './config';

/** We as peers see us: our versions URL and our roles. */
export class OwnPlatform {
  readonly versionsUrl: string;
  /** All our roles, each once. */
  readonly roles: readonly Role[];
  readonly #credentialsRoles: readonly Readonly<Record<string, unknown>>[];
  readonly #partyKeys: ReadonlySet<string>;
  readonly #parties: readonly HostedParty[];

  /** Throws config.invalid where the parties do not make a valid Credentials object (CRD-31, CRD-32). */
  constructor(config: Pick<CredentialsConfig, 'publicUrl' | 'parties'>) {
    this.versionsUrl = joinUrl(config.publicUrl, 'ocpi', 'versions');
    this.roles = [...new Set(config.parties.flatMap((party) => party.roles))];
    this.#partyKeys = new Set(config.parties.map(partyKey));
    this.#credentialsRoles = config.parties.flatMap(({ roles, ...party }) => roles.map((role) => ({ role, ...party })));
    this.#parties = config.parties.flatMap(({ roles, country_code, party_id, business_details }) =>
      roles.map((role) => ({
        role,
        country_code,
        party_id,
        business_details: Buffer.from(JSON.stringify(business_details)),
      })),
    );
    const verdict = credentialsSchema.put.own(this.#credentials('unused'));
    if (!verdict.ok) throw new RoamgridError('config.invalid', `parties: ${describeProblems(verdict.problems)}`);
  }

  /** Whether a party, by its folded key, is one that we host. */
  hosts(key: string): boolean {
    return this.#partyKeys.has(key);
  }

  /** Our Credentials object with a token for one peer (CRD-09, CRD-30). */
  credentials(token: string): Buffer {
    return Buffer.from(JSON.stringify(this.#credentials(token)));
  }

  /** As the directory tells it to the other services. */
  get platform(): Platform {
    return { versions_url: this.versionsUrl, parties: this.#parties };
  }

  #credentials(token: string): unknown {
    return { token, url: this.versionsUrl, roles: this.#credentialsRoles };
  }
}
