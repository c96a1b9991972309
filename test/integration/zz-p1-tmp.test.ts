import { readFileSync } from 'node:fs';
import { ListPeer } from './list-peer';
import { PullStack } from './pull-stack';

jest.setTimeout(600_000);
it('P1', async () => {
  const stack = new PullStack();
  await stack.start();
  const scheduler = await stack.scheduler('s1');
  const list = await ListPeer.start();
  list.cap = 500;
  const base = JSON.parse(readFileSync('samples/locations.ndjson', 'utf8').split('\n')[0] ?? '');
  list.objects = Array.from({ length: 100_000 }, (_, i) => ({
    json: JSON.stringify({ ...base, country_code: 'NL', party_id: 'PEE', id: `LOC-${i}` }),
    lastUpdated: Date.parse(base.last_updated),
  }));
  console.log('object bytes', list.objects[0]?.json.length);
  const cpu = () => { const s = readFileSync(`/proc/${scheduler.process.pid}/stat`, 'utf8').split(' '); return (Number(s[13]) + Number(s[14])) / 100; };
  const rss = () => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${scheduler.process.pid}/status`, 'utf8'))?.[1];
  let t = Date.now(); let c = cpu();
  stack.register('p', 'PEE', 'locations', list.endpoint, { quirks: { page_size: '500' } });
  for (;;) { try { console.log(JSON.stringify(await stack.job('p', (j) => j.full_crawls === 1, 'x'))); break; } catch (e) { console.log(String(e).slice(-200)); } }
  console.log('first', Date.now() - t, 'ms, cpu of scheduler', cpu() - c, 's, own', process.cpuUsage(), 'peak kB', rss());
  t = Date.now(); c = cpu();
  await scheduler.pull.Start({ peer_id: 'p', module: '', full: true });
  for (;;) { try { console.log(JSON.stringify(await stack.job('p', (j) => j.full_crawls === 2, 'x'))); break; } catch (e) { console.log(String(e).slice(-200)); } }
  console.log('again', Date.now() - t, 'ms, cpu', cpu() - c, 'peak kB', rss());
  console.log(await stack.connection.collection('crawls').findOne({}));
  await list.stop(); await stack.stop();
});
