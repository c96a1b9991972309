import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { authorizationHeader, Header, partyKey, readRouting } from '@roamgrid/ocpi';
import type { Check } from '../check/define-check';
import { patienceMillis } from '../check/patience';
import { eventually } from '../check/eventually';
import { expectEqual, expectRefused, expectThat, show } from '../check/expect';
import { field } from '../check/field';
import { headerOf } from '../peer/recorded-request';
import type { Talk } from '../target/platform-hooks';
import type { Sent } from './commanding';
import { commanded } from './commands-receiver';
import { answer, expectAnswerRefused, expectResponse, scripted, type Reply } from './conversing';

/** What a charge point can say. */
const RESULTS = ['ACCEPTED', 'EVSE_OCCUPIED', 'EVSE_INOPERATIVE', 'FAILED', 'NOT_SUPPORTED', 'REJECTED', 'TIMEOUT', 'UNKNOWN_RESERVATION'] as const;
/** More attempts to tell one result than this are a storm. */
const MOST_ATTEMPTS = 8;
/** After so many ms without an attempt there will be none, or sooner where nobody waits for so long. */
const QUIET = 2_000;

/** Rows about the results that a CPO tells to the eMSP that sent a command. */
export const commandsCallbackChecks: readonly Check[] = [
  commanded(['CMD-07', 'CMD-24', 'RTE-14'], 'the result is POSTed once to the response_url as it was given, with our token, routed and numbered', async (at) => {
    const reply = at.reply('?request_id=a%2Fb%26c&x=%20y');
    const sent = await at.start({}, reply);
    const talk = await at.taken(sent);
    for (const name of ['token', 'authorization_reference'] as const) expectEqual(talk.request[name], sent.body[name], name);
    await answer(at.target, 'commands', talk, { result: 'ACCEPTED', message: [{ language: 'en', text: 'Plug in' }] });
    const told = await reply.comes();
    expectEqual(told.method, 'POST', 'method');
    expectEqual(told.json, { result: 'ACCEPTED', message: [{ language: 'en', text: 'Plug in' }] }, 'body');
    expectThat(headerOf(told, 'authorization') === authorizationHeader(at.registration.tokens.b), 'our token', 'another');
    expectThat(/^application\/json\b/.test(headerOf(told, 'content-type') ?? ''), 'application/json', show(headerOf(told, 'content-type')));
    const { from, to } = readRouting(told.headers);
    expectEqual([from && partyKey(from), to && partyKey(to)], [partyKey(at.station.party), partyKey(at.party)], 'FROM and TO');
    for (const name of [Header.RequestId, Header.CorrelationId]) expectThat(headerOf(told, name.toLowerCase()) !== undefined, name, 'none');
    await expectAnswerRefused(at.target, 'commands', talk, { result: 'FAILED' });
    await answer(at.target, 'commands', talk, { result: 'ACCEPTED', message: [{ language: 'en', text: 'Plug in' }] });
    await at.done(await at.start());
    expectEqual(reply.came().length, 1, 'results at the response_url');
  }),
  commanded(['CMD-07', 'CMD-30'], 'a result that is known at once does not come before the answer to the command', async (at) => {
    const { peer } = at.registration;
    const reply = at.reply();
    const order: string[] = [];
    await scripted(peer, ({ path }) => {
      if (path === reply.path) order.push('result');
      return undefined;
    }, async () => {
      const response = await at.call('POST', 'CANCEL_RESERVATION', { response_url: reply.url, reservation_id: at.target.newId() });
      order.push('answer');
      if (expectResponse('commands', response, 'ACCEPTED', 'REJECTED')['result'] === 'REJECTED') return;
      expectEqual((await reply.comes()).json, { result: 'UNKNOWN_RESERVATION' }, 'the result');
      expectEqual(order, ['answer', 'result'], 'what came first, and then:');
    });
  }),
  commanded(['CMD-08'], 'what was not accepted has no result', async (at) => {
    const refused = [await at.start({ evse_uid: at.station.evses[1] }), await at.stop(at.target.newId()), await at.start({ location_id: at.target.newId() })];
    await at.done(await at.start());
    for (const { reply, answer: said } of refused) expectEqual(reply.came().length, 0, `results after ${said.describe()}:`);
  }),
  commanded(['CMD-10', 'CMD-05'], 'a charge point that stays silent: TIMEOUT, at the latest when the answer said; what it says later is not told', async (at) => {
    const sent = await at.start();
    const talk = await at.taken(sent);
    const { timeout } = expectResponse('commands', sent.answer, 'ACCEPTED');
    await eventually('the result TIMEOUT', () => Promise.resolve(sent.reply.came().length > 0), Number(timeout) * 1_000);
    expectEqual(sent.reply.came().map(({ json }) => field(json, 'result')), ['TIMEOUT'], 'results');
    await expectAnswerRefused(at.target, 'commands', talk, { result: 'ACCEPTED' });
    await at.done(await at.start());
    expectEqual(sent.reply.came().length, 1, 'results');
  }),
  commanded(['CMD-35', 'CMD-39'], 'every result is told as the charge point gave it; what is none is refused', async (at) => {
    for (const result of RESULTS) {
      const sent = await at.start();
      const talk = await at.taken(sent);
      for (const wrong of [{ result: 'UNKNOWN_SESSION' }, { result: 'OK' }, {}, { result, message: 'Ready' }, { result, message: { language: 'en', text: 'Ready' } }]) {
        await expectAnswerRefused(at.target, 'commands', talk, wrong);
      }
      await answer(at.target, 'commands', talk, { result });
      expectEqual((await sent.reply.comes()).json, { result }, 'the result');
    }
  }),
  commanded(['CMD-14', 'CMD-35'], 'a reservation that the CPO cancels: CANCELED_RESERVATION follows on the same response_url, once', async (at) => {
    const sent = await at.reserve();
    const talk = await at.taken(sent);
    await answer(at.target, 'commands', talk, { result: 'ACCEPTED' });
    await sent.reply.comes();
    for (let time = 0; time < 2; time += 1) await answer(at.target, 'commands', talk, { result: 'CANCELED_RESERVATION' });
    expectEqual((await sent.reply.comes(2)).json, { result: 'CANCELED_RESERVATION' }, 'the second result');
    await at.done(await at.start());
    expectEqual(sent.reply.came().length, 2, 'results');
  }),
  commanded(['CMD-28', 'CMD-29'], 'the same reservation_id at the Location replaces the reservation; at the charge point it has an id of the CPO, another for another eMSP', async (at) => {
    const reservation_id = at.target.newId('RES');
    const first = await at.done(await at.reserve({ reservation_id }));
    const again = await at.done(await at.reserve({ reservation_id, expiry_date: new Date(at.target.now() + 7_200_000).toISOString() }));
    expectThat(first.reservation !== undefined && first.reservation !== reservation_id, 'an id of the CPO for the charge point', show(first.reservation));
    expectEqual(again.reservation, first.reservation, 'the id of what replaces it');
    const other = await (await at.other()).reserve({ reservation_id });
    const foreign = await at.taken(other);
    expectThat(foreign.reservation !== first.reservation, 'another id for the reservation of another eMSP', show(foreign.reservation));
    expectEqual(field(foreign, 'replaces') ?? false, false, 'whether that replaces one');
  }, ['second peer']),
  commanded(['CMD-30'], 'CANCEL_RESERVATION reaches the sender’s own reservation, once; that of another eMSP is unknown to it', async (at) => {
    const reserved = await at.reserve();
    const { reservation } = await at.done(reserved);
    await expectUnknown(await (await at.other()).cancel(reserved.marker));
    const cancelled: Talk = await at.done(await at.cancel(reserved.marker));
    expectEqual(cancelled.reservation, reservation, 'the reservation that is cancelled');
    await expectUnknown(await at.cancel(reserved.marker));
    await expectUnknown(await at.cancel(at.target.newId()));
  }, ['second peer']),
  commanded(['CMD-15'], 'a response_url at a host that is not the sender’s, or no public one, is refused, and nothing goes there', async (at) => {
    const stranger = await Stranger.start();
    try {
      const urls = [stranger.url, 'https://attacker.example/x', 'http://169.254.169.254/latest', 'https://10.1.2.3/x', 'file:///etc/passwd', 'ftp://127.0.0.1/x', 'javascript:alert(1)'];
      for (const response_url of [...urls, at.reply().url.replace('://', '://user:secret@')]) {
        const { answer: said } = await at.start({ response_url });
        expectRefused(said, response_url);
      }
      await at.done(await at.start());
      expectEqual(stranger.heard, [], 'requests to a stranger:');
    } finally {
      await stranger.stop();
    }
  }),
  commanded(['CMD-15', 'CMD-16'], 'a response_url that leads on to a stranger is not followed', async (at) => {
    const stranger = await Stranger.start();
    const sent = await at.start();
    try {
      await scripted(at.registration.peer, ({ path }) => (path === sent.reply.path ? { http: 307, headers: { location: stranger.url } } : undefined), async () => {
        const talk = await at.taken(sent);
        await answer(at.target, 'commands', talk, { result: 'ACCEPTED' });
        await sent.reply.comes();
        await at.done(await at.start());
      });
      expectEqual(stranger.heard, [], 'requests to the stranger:');
    } finally {
      await stranger.stop();
    }
  }),
  commanded(['CMD-16'], 'a result that cannot be told is not told again for ever, nor another one in its place', async (at) => {
    for (const http of [503, 400]) {
      const sent = await at.start();
      await scripted(at.registration.peer, ({ path }) => (path === sent.reply.path ? { http, status: 3000 } : undefined), async () => {
        const talk = await at.taken(sent);
        await answer(at.target, 'commands', talk, { result: 'FAILED' });
        await untilQuiet(sent.reply);
      });
      const told = sent.reply.came().map(({ json }) => field(json, 'result'));
      expectThat(told.length <= MOST_ATTEMPTS, `at most ${MOST_ATTEMPTS} attempts at HTTP ${http}`, `${told.length}`);
      expectEqual([...new Set(told)], ['FAILED'], 'what was told');
    }
  }),
];

async function expectUnknown({ answer: said, reply }: Sent): Promise<void> {
  const { result } = expectResponse('commands', said, 'ACCEPTED', 'REJECTED');
  if (result === 'ACCEPTED') expectEqual((await reply.comes()).json, { result: 'UNKNOWN_RESERVATION' }, 'the result');
}

/** Waits until nothing came for a while, or too much. */
async function untilQuiet(reply: Reply): Promise<void> {
  await reply.comes();
  for (let known = 0; known < reply.came().length && known <= MOST_ATTEMPTS; ) {
    known = reply.came().length;
    await pause(Math.min(QUIET, patienceMillis()));
  }
}

/** A server that nobody has registered. */
class Stranger {
  readonly heard: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.heard.push(`${request.method} ${request.url} ${request.headers.authorization === undefined ? 'without' : 'with'} a token`);
      response.end('{}');
    });
  }

  static async start(): Promise<Stranger> {
    const stranger = new Stranger();
    await new Promise<void>((resolve, reject) => stranger.#server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return stranger;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/2.2.1/replies/1`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
