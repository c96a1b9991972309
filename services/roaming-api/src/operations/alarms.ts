import type { AlarmCode } from './operations-schemas';
import type { PeerState, PullState, PushState, Reports } from './operations-view';

/** Something that an operator should look at. */
export interface Alarm {
  readonly code: AlarmCode;
  readonly peer: string | null;
  readonly module: string | null;
  readonly message: string;
}

/** From when on what takes its time is late, milliseconds: what is owed to a peer that takes it, and a relay. */
export const LATE = { push: 5 * 60_000, relay: 60_000 } as const;
/** Messages by which the push-dispatcher may be behind on a topic. */
export const LATE_MESSAGES = 10_000;

const WORDS = { paused: 'nothing is sent or asked', suspended: 'it failed for days; it is only probed', refused: 'it does not accept our credentials', failing: 'it cannot be reached, or fails' };

/** What is not as it should be: what concerns the platform first, then each peer. */
export function alarmsOf(reports: Pick<Reports, 'lags' | 'now' | 'relays' | 'unavailable'>, peers: readonly PeerState[]): Alarm[] {
  const ours = (code: AlarmCode, module: string | null, message: string): Alarm => ({ code, peer: null, module, message });
  return [
    ...reports.unavailable.map((name) => ours('service.unavailable', null, `${name} does not answer`)),
    ...reports.relays.flatMap(({ module, lag, problem, published_until }) => {
      if (problem !== '') return [ours('relay.stopped', module, `changes are not published: ${problem}`)];
      return published_until > 0 && lag > LATE.relay ? [ours('relay.late', module, `changes come to Kafka ${roughly(lag)} late`)] : [];
    }),
    ...(reports.lags ?? []).flatMap(({ topic, lag }) =>
      lag > LATE_MESSAGES ? [ours('consumer.late', null, `the push-dispatcher is ${lag} messages behind on ${topic}`)] : [],
    ),
    ...peers.flatMap((peer) => alarmsOfPeer(peer, reports.now)),
  ];
}

function alarmsOfPeer(peer: PeerState, now: number): Alarm[] {
  const alarm = (code: AlarmCode, module: string | null, message: string): Alarm => ({ code, peer: peer.id, module, message });
  const { health, reason, modules } = peer;
  const because = reason === null ? '' : `: ${reason}`;
  return [
    ...(health === 'held' ? [alarm('peer.held', null, `what it is owed waits${because}`)] : []),
    ...(health in WORDS ? [alarm(`peer.${health}` as AlarmCode, null, `${WORDS[health as keyof typeof WORDS]}${because}`)] : []),
    ...Object.entries(modules).flatMap(([module, { push, pull }]) => [
      ...(push ? pushAlarms(push, now, (code, message) => alarm(code, module, message)) : []),
      ...(pull ? pullAlarms(pull, (code, message) => alarm(code, module, message)) : []),
    ]),
  ];
}

type About = (code: AlarmCode, message: string) => Alarm;

function pushAlarms({ owed, oldest, dead, stopped }: PushState, now: number, about: About): Alarm[] {
  const waited = oldest === null ? 0 : now - Date.parse(oldest);
  return [
    ...(dead > 0 ? [about('push.dead_letters', `${dead} refused for good`)] : []),
    ...(stopped === null && owed > 0 && waited > LATE.push ? [about('push.late', `${owed} owed, the oldest for ${roughly(waited)}`)] : []),
  ];
}

function pullAlarms({ failures, last_error, quarantined }: PullState, about: About): Alarm[] {
  return [
    ...(failures > 0 ? [about('pull.failing', `${failures} failures in a row: ${last_error ?? 'no reason is known'}`)] : []),
    ...(quarantined > 0 ? [about('pull.quarantine', `${quarantined} objects of it are refused here`)] : []),
  ];
}

function roughly(millis: number): string {
  return millis < 120_000 ? `${Math.floor(millis / 1_000)} s` : `${Math.floor(millis / 60_000)} min`;
}
