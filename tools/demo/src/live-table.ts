import Table from 'cli-table3';
import type { ModuleStatus, PlatformStatus } from '@roamgrid/testkit';

/** The figures of the platforms by partner and module, as one table. */
export function liveTable(statuses: ReadonlyMap<string, PlatformStatus>): string {
  const table = new Table({
    head: ['platform', 'partner', 'module', 'stored', 'pushed', 'pulled', 'waiting', 'failed', 'p50 ms', 'p99 ms'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: ['cyan'], compact: true },
  });
  for (const [platform, status] of statuses) {
    for (const [module, { stored }] of Object.entries(status.own)) {
      if (stored) table.push([platform, 'own', module, stored, '', '', '', '', '', '']);
    }
    for (const peer of registered(status)) {
      for (const [module, figures] of Object.entries(peer.modules)) {
        table.push([platform, peer.name ?? peer.id, module, figures.stored ?? '?', ...pushAndPull(figures)]);
      }
    }
  }
  return table.toString();
}

/** Pushed, pulled, waiting, failed and the two times; `?` where the service that knows is away. */
function pushAndPull({ push, pull }: ModuleStatus): (string | number)[] {
  const millis = (time: number | null | undefined): string => time?.toFixed(0) ?? '';
  const failed = (push?.failed ?? 0) + (pull?.refused ?? 0);
  const pushed = push ? [push.delivered, pull?.seen ?? '?', push.waiting] : ['?', pull?.seen ?? '?', '?'];
  return [...pushed, failed, millis(push?.arrival_p50_ms), millis(push?.arrival_p99_ms)];
}

/** The same on one line, for output that is no terminal. */
export function statusLine(statuses: ReadonlyMap<string, PlatformStatus>): string {
  const parts = [...statuses].flatMap(([platform, status]) =>
    registered(status).flatMap(({ modules }) =>
      Object.entries(modules).map(
        ([module, { stored, push, pull }]) =>
          `${platform} ${module}: stored ${stored ?? '?'} pushed ${push?.delivered ?? '?'} waiting ${push?.waiting ?? '?'} pulled ${pull?.seen ?? '?'}`,
      ),
    ),
  );
  return parts.join(' | ');
}

function registered({ peers }: PlatformStatus): PlatformStatus['peers'] {
  return peers.filter(({ state }) => state === 'registered');
}
