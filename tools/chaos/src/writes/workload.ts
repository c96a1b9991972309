import { setMaxListeners } from 'node:events';
import { SeededRandom, type Platform } from '@roamgrid/testkit';
import { OWN } from '../own-party';
import type { FaultPeer } from '../peers/fault-peer';
import { Ledger } from './ledger';
import type { Json, Subject, SubjectModule } from './subject';
import { Writer, type Put } from './writer';

const TIMEOUT = 4_000;
const LOCATION_WRITERS = 3;
const LOCATIONS_EACH = 4;
const TARIFFS = 4;
const SESSIONS = 40;
const DRIVERS = 3;
const SELDOM = 60;

interface Share {
  readonly writer: Writer;
  /** Written once before the run; empty where each write makes a new object. */
  readonly subjects: readonly Subject[];
}

/** All who write during a run: backends through the roaming API, CPOs that push through the gateway, CPOs whose lists change. */
export class Workload {
  /** Objects of our own. */
  readonly own = new Ledger();
  /** Objects that CPOs pushed to us. */
  readonly pushed = new Ledger();
  /** Objects that CPOs only list: nobody acknowledges these. */
  readonly listed = new Ledger();
  readonly #shares: Share[] = [];
  readonly #seed: number;

  constructor(platform: Platform, peers: readonly FaultPeer[], seed: number) {
    this.#seed = seed;
    const putOwn = ownPut(platform);
    for (let n = 0; n < LOCATION_WRITERS; n += 1) {
      const ids = Array.from({ length: LOCATIONS_EACH }, (_, i) => `LOC-${n}-${i}`);
      this.#share({ put: putOwn, ledger: this.own, rest: 250 }, subjectsOf('locations', ids));
    }
    // Written so often that every batch on its way to Kafka has a revision of it.
    this.#share({ put: putOwn, ledger: this.own, rest: 120 }, subjectsOf('locations', ['HOT']));
    this.#share({ put: putOwn, ledger: this.own, rest: 300 }, subjectsOf('tariffs', numbered('TAR', TARIFFS)));
    const drivers = peers.filter(({ isHealthy, lists }) => isHealthy && lists.size === 0).slice(0, DRIVERS).map(({ party }) => party);
    const driverOf = (i: number): Pick<Subject, 'driver'> => ({ driver: drivers[i % drivers.length] ?? OWN });
    const sessions = subjectsOf('sessions', numbered('SES', SESSIONS)).map((subject, i) => ({ ...subject, ...driverOf(i) }));
    // In turn, so that none changes again in the same round: what is lost of these stays lost.
    this.#share({ put: putOwn, ledger: this.own, rest: 300 }, sessions, inTurn(sessions));
    let cdrs = 0;
    this.#share({ put: putOwn, ledger: this.own, rest: 1_500 }, [], () => ({ module: 'cdrs', party: OWN, id: `CDR-${(cdrs += 1)}`, ...driverOf(cdrs) }));
    for (const peer of peers.filter(({ isHealthy, lists }) => isHealthy && lists.size > 0)) this.#shareOfCpo(peer);
  }

  /** Acknowledged writes so far. */
  get writes(): number {
    return this.own.writes + this.pushed.writes;
  }

  /** Writes everything once, so that the run begins with all there. */
  async writeAll(): Promise<void> {
    await Promise.all(
      this.#shares.map(async ({ writer, subjects }) => {
        for (const subject of subjects) await writer.write(subject);
      }),
    );
  }

  /** Writes until the signal ends and all is acknowledged. */
  async run(stop: AbortSignal): Promise<void> {
    setMaxListeners(0, stop);
    await Promise.all(this.#shares.map(({ writer }) => writer.run(stop)));
  }

  #shareOfCpo(peer: FaultPeer): void {
    const { party } = peer;
    const list: Put = ({ module, id }, object) => Promise.resolve(peer.lists.get(module)?.put(id, object));
    const push: Put = (subject, object) => peer.push(subject, object);
    const both: Put = async (subject, object) => {
      await list(subject, object);
      await push(subject, object);
    };
    this.#share({ put: push, ledger: this.pushed, rest: 500 }, subjectsOf('locations', numbered('PUSHED', 5), party));
    this.#share({ put: both, ledger: this.pushed, rest: 600 }, subjectsOf('locations', numbered('BOTH', 3), party));
    this.#share({ put: list, ledger: this.listed, rest: 500 }, [
      ...subjectsOf('locations', numbered('LISTED', 8), party),
      ...subjectsOf('tariffs', numbered('LISTED', 6), party),
    ]);
    const seldom = subjectsOf('locations', numbered('SELDOM', SELDOM), party);
    this.#share({ put: list, ledger: this.listed, rest: 400 }, seldom, inTurn(seldom));
  }

  #share(how: { readonly put: Put; readonly ledger: Ledger; readonly rest: number }, subjects: readonly Subject[], next?: () => Subject): void {
    const random = new SeededRandom(this.#seed * 1_000 + 500 + this.#shares.length);
    this.#shares.push({ writer: new Writer({ ...how, random, next: next ?? ((from) => from.pick(subjects)) }), subjects });
  }
}

function inTurn(subjects: readonly Subject[]): () => Subject {
  const waiting = [...subjects];
  return () => {
    const subject = waiting.shift();
    if (!subject) throw new Error('nothing to write');
    waiting.push(subject);
    return subject;
  };
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

function subjectsOf(module: SubjectModule, ids: readonly string[], party: Subject['party'] = OWN): Subject[] {
  return ids.map((id) => ({ module, party, id }));
}

/** As a backend writes. */
function ownPut({ roamingApiUrl, apiKey }: Platform): Put {
  return async ({ module, party, id }: Subject, object: Json) => {
    const path = `/v1/${module}/${party.country_code}/${party.party_id}/${id}`;
    const response = await fetch(roamingApiUrl + path, {
      method: 'PUT',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(object),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`PUT ${path}: HTTP ${response.status} ${text.slice(0, 300)}`);
  };
}
