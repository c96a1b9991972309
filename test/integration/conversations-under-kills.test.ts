import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom, waitUntil } from '@roamgrid/testkit';
import { readEvents } from './change-topics';
import { at, location, token, type Json } from './charging-objects';
import { Backend, FINAL, type Talk } from './conversing';
import { handshake, PlatformStack, type RunningPlatform } from './platform-stack';

const SEED = Number(process.env['ROAMGRID_SEED'] ?? 1);
const COMMANDS = 200;
const AT_ONCE = 8;
const KILLS = 15;
const CPO = 'NL*RGC';
const VICTIMS = ['commands', 'gateway', 'roaming-api'];

/** What the backend of the CPO does about a command. */
const MANNERS = ['accept', 'accept', 'accept', 'accept', 'fail', 'silence', 'both'] as const;

describe(`${COMMANDS} commands while processes are killed (seed ${SEED})`, () => {
  const stack = new PlatformStack();
  const random = new SeededRandom(SEED);
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;
  let atCpo: Backend;
  let atEmsp: Backend;

  beforeAll(async () => {
    await stack.startParts();
    const party = (country_code: string, party_id: string, role: string) => ({ country_code, party_id, roles: [role], name: party_id });
    const commands = {
      answering: { timeout: 12, margin: 3_000, settle: 100, retries: [500, 1_000, 2_000, 4_000, 8_000] },
      asking: { answerTimeout: 4_000, retries: [500, 1_000, 2_000, 4_000], grace: 12_000 },
      lease: 6_000,
    };
    const shared = { without: ['charging-profiles', 'hub-client-info'], pull: { delta: 3_600_000, full: 3_600_000 }, overrides: { commands } };
    [cpo, emsp] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [party('NL', 'RGC', 'CPO')], ...shared }),
      stack.platform({ name: 'emsp', parties: [party('DE', 'RGE', 'EMSP')], ...shared }),
    ]);
    await handshake(cpo, emsp);
    [atCpo, atEmsp] = [new Backend(cpo, CPO), new Backend(emsp, 'DE*RGE')];
    const evse = { uid: 'E1', status: 'AVAILABLE', capabilities: ['REMOTE_START_STOP_CAPABLE'], last_updated: at(0), connectors: [
      { id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32, last_updated: at(0) },
    ] };
    await cpo.api.call('PUT', '/v1/locations/NL/RGC/LOC1', location('LOC1', { evses: [evse] }));
  });

  afterAll(() => stack.stop());

  /** A caller that goes on until it has an answer, as one does who lost his connection. */
  async function persistently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (/HTTP 4\d\d conversation\./.test(String(error))) throw error;
        await pause(100);
      }
    }
  }

  async function beginAll(): Promise<string[]> {
    const ids: string[] = [];
    const left = Array.from({ length: COMMANDS }, (_, i) => i);
    const work = async (): Promise<void> => {
      for (let i = left.shift(); i !== undefined; i = left.shift()) {
        const n = i;
        const request = { token: token(`T${n}`, { type: 'APP_USER' }), location_id: 'LOC1', evse_uid: 'E1', authorization_reference: `ref-${n}` };
        ids[n] = (await persistently(() => atEmsp.begin('commands', CPO, 'START_SESSION', request, `command-${n}`))).id;
        await pause(random.below(1_500));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return ids;
  }

  async function answerAll(stop: AbortSignal): Promise<void> {
    const seen = new Set<string>();
    const under: Promise<unknown>[] = [];
    const answer = (id: string, result: string): void => {
      under.push(persistently(() => atCpo.answer('commands', id, { result })).catch(() => undefined)); // over: the platform was first
    };
    while (!stop.aborted) {
      const waiting = await atCpo.list('commands', { direction: 'asked', state: 'WAITING' }).catch(() => []);
      for (const { id } of waiting.filter((talk) => !seen.has(talk.id))) {
        seen.add(id);
        const manner = random.pick(MANNERS);
        if (manner === 'accept' || manner === 'both') answer(id, 'ACCEPTED');
        if (manner === 'fail' || manner === 'both') answer(id, 'FAILED');
      }
      await pause(100);
    }
    await Promise.all(under);
  }

  async function killOn(stop: AbortSignal): Promise<string[]> {
    const killed: string[] = [];
    while (!stop.aborted && killed.length < KILLS) {
      await pause(1_000 + random.below(2_000));
      const platform = random.pick([cpo, emsp]);
      const service = random.pick(VICTIMS);
      await platform.services.get(service)?.kill();
      killed.push(`${platform.name}/${service}`);
    }
    return killed;
  }

  const outcomeOf = ({ state, result, late }: Talk): string => `${state} ${JSON.stringify((result ?? late)?.['result'] ?? null)}`;

  it('each ends in exactly one state, at most once at the CPO, and no result contradicts another', async () => {
    const [begun, over] = [new AbortController(), new AbortController()];
    const killing = killOn(begun.signal);
    const answering = answerAll(over.signal);
    const ids = await beginAll();
    await stack.mongod.kill();
    begun.abort();
    const killed = await killing;
    expect(killed.length).toBeGreaterThan(5);

    let asked: Talk[] = [];
    let asking: Talk[] = [];
    await waitUntil(
      async () => {
        [asked, asking] = await Promise.all([atCpo.list('commands'), atEmsp.list('commands')]);
        return asking.length === COMMANDS && [...asked, ...asking].every(({ state }) => FINAL.includes(state));
      },
      { what: 'all commands have ended', timeoutMs: 120_000, intervalMs: 500 },
    );
    over.abort();
    await answering;

    expect(new Set(ids).size).toBe(COMMANDS);
    expect(new Set(asking.map(({ id }) => id))).toEqual(new Set(ids));
    const reference = ({ request }: Talk): string => String(request['authorization_reference']);
    const byReference = new Map(asked.map((talk) => [reference(talk), talk]));
    expect(byReference.size).toBe(asked.length); // none came twice
    const contradictions = asking.filter((talk) => {
      const there = byReference.get(reference(talk));
      const told = talk.result ?? talk.late;
      return told !== undefined && JSON.stringify(told) !== JSON.stringify(there?.result);
    });
    expect(contradictions).toEqual([]);
    await expectOneEndEach('cpo', asked);
    await expectOneEndEach('emsp', asking);
    const outcomes = asking.map(outcomeOf);
    process.stdout.write(`${JSON.stringify({ seed: SEED, killed: killed.length, outcomes: Object.fromEntries([...new Set(outcomes)].map((each) => [each, outcomes.filter((other) => other === each).length])) })}\n`);
  }, 300_000);

  /** As everybody saw it who follows the topic: what has ended stays as it ended. */
  async function expectOneEndEach(platform: string, talks: readonly Talk[]): Promise<void> {
    const seen = (events: readonly { event: Json }[]): Talk[] => events.map(({ event }) => event['object'] as Talk);
    const isEnd = ({ state }: Talk): boolean => FINAL.includes(state);
    const events = await readEvents(stack.parts.kafkaBrokers, [`${platform}.commands.requests`], (read) => new Set(seen(read).filter(isEnd).map(({ id }) => id)).size === talks.length);
    const ends = new Map<string, Set<string>>();
    for (const talk of seen(events).filter(isEnd)) ends.set(talk.id, (ends.get(talk.id) ?? new Set()).add(`${talk.state} ${JSON.stringify(talk.result)}`));
    expect([...ends.values()].filter((each) => each.size !== 1)).toEqual([]);
  }
});
