import { randomBytes } from 'node:crypto';
import type { ConversationId, CredentialsRole, ModuleId, Role } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import { NotCovered } from '../check/check-failure';
import type { HookNeed, Need } from '../check/define-check';
import { PeerHost, type PeerHostOptions } from '../peer/peer-host';
import { ScriptedPeer, type PeerSpec } from '../peer/scripted-peer';
import { Candidate } from './candidate';
import { ownObjects, seedObjects, type OwnObject, type SampledModule, type Seedable } from './own-objects';
import type { Invitation, PlatformHooks, PlatformLink, Quirks } from './platform-hooks';
import type { Registration } from './registration';
import { startSpecialPlatform, type SpecialPlatform } from './special-platform';

/** A platform to check. */
export interface TargetOptions {
  /** For the first registration; it is used up by it. */
  readonly invitation: Invitation;
  /** For the second peer, which the checks about foreign objects need. */
  readonly secondInvitation?: Invitation | undefined;
  /** More tokens A, for checks that register once more, where there is no hook that makes them. */
  readonly spareInvitations?: readonly Invitation[];
  readonly hooks?: PlatformHooks;
  readonly peerHost?: PeerHostOptions;
  /** Makes random hexadecimal text of this many digits; default: from the system. */
  readonly random?: (digits: number) => string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** For how long the platform may take an object for just written, in ms; default 6000. */
  readonly clockMargin?: number;
}

/** The platform under check, with a peer of ours registered at it. */
export class Target {
  readonly registration: Registration;
  readonly hooks: PlatformHooks;
  readonly now: () => number;
  /** For how long the platform may take an object for just written, in ms. */
  readonly clockMargin: number;
  readonly #world: World;
  readonly #remembered = new Map<string, Promise<unknown>>();

  private constructor(registration: Registration, { hooks = {}, now = Date.now, clockMargin = 6_000 }: Opened, world: World) {
    this.registration = registration;
    this.hooks = hooks;
    this.now = now;
    this.clockMargin = clockMargin;
    this.#world = world;
  }

  /** Starts the suite's peers and registers the first one. Throws CheckFailure when the platform does not take it. */
  static async open({ invitation, ...options }: TargetOptions): Promise<Target> {
    const host = await PeerHost.start(options.peerHost);
    const world: World = {
      host,
      spare: [...(options.spareInvitations ?? [])],
      second: options.secondInvitation,
      random: options.random ?? randomHex,
      registered: [],
      started: [],
      partyIds: new Set(),
    };
    try {
      const parties: readonly Role[] = ['CPO', 'CPO', 'EMSP'];
      const peer = newPeer(world, { roles: parties.map((role) => newRole(world, role)) });
      const registration = await (await Candidate.discover(peer, invitation)).register();
      world.registered.push(registration);
      return new Target(registration, options, world);
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** What is missing for a need, as a phrase; undefined when it is there. */
  lacks(need: Need): string | undefined {
    const spare = this.hooks.invite !== undefined || this.#world.spare.length > 0;
    if (need === 'invite') return spare ? undefined : 'a hook that makes tokens A, or spare ones';
    if (need === 'second peer') {
      return spare || this.#world.second || this.#remembered.has(need) ? undefined : 'a token A for a second peer';
    }
    if (isHookNeed(need)) return this.hooks[need] ? undefined : `a hook that ${HOOKS[need]}`;
    const [module, role] = need.split(' ') as [ConversationId | ModuleId, 'SENDER' | 'RECEIVER'];
    return this.registration.has(module, role) ? undefined : `the interface ${need}, which the platform does not list`;
  }

  /** A fresh token A. */
  async invite(): Promise<Invitation> {
    if (this.hooks.invite) return this.hooks.invite(`conformance ${this.random(4)}`);
    const spare = this.#world.spare.shift();
    if (!spare) throw new NotCovered('needs one more token A');
    return spare;
  }

  /** One more peer of ours, of parties that nobody else has; by default one that is CPO and eMSP. */
  newPeer(spec: Partial<PeerSpec> = {}): ScriptedPeer {
    const { roles = [this.newRole('CPO'), this.newRole('EMSP')] } = spec;
    return newPeer(this.#world, { ...spec, roles });
  }

  /** A role of a new party of ours. */
  newRole(role: Role, party?: Party): CredentialsRole {
    return newRole(this.#world, role, party);
  }

  /** One more peer with a token A, before its registration. */
  async candidate(spec: Partial<PeerSpec> = {}): Promise<Candidate> {
    return Candidate.discover(this.newPeer(spec), await this.invite());
  }

  /** One more registered peer, for a check to do with as it likes. */
  async register(spec: Partial<PeerSpec> = {}): Promise<Registration> {
    return this.keep(await (await this.candidate(spec)).register());
  }

  /** Sees to it that a registration ends with the run. */
  keep(registration: Registration): Registration {
    this.#world.registered.push(registration);
    return registration;
  }

  /** The second peer, which all checks share. */
  second(): Promise<Registration> {
    return this.once('second peer', async () => {
      const candidate = await Candidate.discover(this.newPeer(), this.#world.second ?? (await this.invite()));
      return this.keep(await candidate.register());
    });
  }

  /** The platform out of the ordinary, which all checks share. */
  special(): Promise<SpecialPlatform> {
    return this.once('special platform', async () => {
      const special = await startSpecialPlatform(this);
      this.#world.started.push(special);
      return special;
    });
  }

  /** Does something once and remembers its outcome, also a failure. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(name) ?? make();
    this.#remembered.set(name, known);
    return known as Promise<T>;
  }

  /** Lets the platform register at a peer of ours, as a client. */
  async connect(peer: ScriptedPeer, quirks?: Quirks): Promise<{ readonly link: PlatformLink; readonly tokenA: string }> {
    if (!this.hooks.connect) throw new NotCovered('needs a hook that lets the platform register with us');
    const tokenA = peer.issueToken();
    const invitation = { versionsUrl: peer.versionsUrl, token: tokenA };
    return { link: await this.hooks.connect(`conformance ${this.random(4)}`, invitation, quirks), tokenA };
  }

  /** At least `count` objects that the platform lists as its own; seeds some when there are too few. */
  objects(module: SampledModule, count: number): Promise<readonly OwnObject[]> {
    return ownObjects(this, module, count);
  }

  /** Writes objects of the platform's own parties and waits until its sender interface lists them. */
  seed(module: SampledModule, objects: readonly Seedable[]): Promise<void> {
    return seedObjects(this, module, objects);
  }

  /** A party of the platform with the role CPO. */
  platformCpo(index = 0): Party {
    const party = this.registration.platformParties('CPO')[index];
    if (!party) throw new NotCovered(`needs a platform with ${index + 1} parties of role CPO`);
    return party;
  }

  /** A party of the platform with the role eMSP. */
  platformEmsp(): Party {
    const [party] = this.registration.platformParties('EMSP');
    if (!party) throw new NotCovered('needs a platform with a party of role EMSP');
    return party;
  }

  /** An id that nothing else has. */
  newId(prefix = 'CF'): string {
    return `${prefix}-${this.random(12)}`;
  }

  random(digits: number): string {
    return this.#world.random(digits);
  }

  /** Ends the registrations that were made, and stops the peers. */
  async close(): Promise<void> {
    for (const registration of this.#world.registered) await registration.unregister().catch(() => undefined);
    for (const platform of this.#world.started) await platform.stop();
    await this.#world.host.close();
  }
}

/** What each hook does. */
const HOOKS: Readonly<Record<HookNeed, string>> = {
  seed: 'writes objects of the platform',
  patch: 'changes objects of the platform',
  write: 'tells what the platform says to writes of its own systems',
  remove: 'deletes objects of the platform',
  driverView: 'tells what drivers are shown',
  authorize: 'tells what is decided about Tokens at stations of the platform',
  conversations: 'asks and answers commands and charging profiles for the platform',
  report: 'tells what operators are told',
  logs: 'tells what was logged',
  connect: 'lets the platform register with us',
  withRoles: 'starts a platform of other roles',
  breakDown: 'breaks a part of the platform',
};

function isHookNeed(need: Need): need is HookNeed {
  return Object.hasOwn(HOOKS, need);
}

type Opened = Pick<TargetOptions, 'clockMargin' | 'hooks' | 'now'>;

interface World {
  readonly host: PeerHost;
  readonly spare: Invitation[];
  readonly second: Invitation | undefined;
  readonly random: (digits: number) => string;
  readonly registered: Registration[];
  readonly started: SpecialPlatform[];
  readonly partyIds: Set<string>;
}

function newPeer({ host, random }: World, spec: Omit<PeerSpec, 'name'>): ScriptedPeer {
  return new ScriptedPeer({ ...spec, name: random(10) }, host, () => random(40));
}

function newRole(world: World, role: Role, { country_code, party_id }: Party = newParty(world)): CredentialsRole {
  return { role, country_code, party_id, business_details: { name: `Conformance ${role}` } };
}

/** NL because a country must be a real one; the party id is none that was given before. */
function newParty({ random, partyIds }: World): Party {
  let party_id: string;
  do {
    party_id = (Number.parseInt(random(8), 16) % 36 ** 3).toString(36).padStart(3, '0').toUpperCase();
  } while (partyIds.has(party_id));
  partyIds.add(party_id);
  return { country_code: 'NL', party_id };
}

function randomHex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);
}
