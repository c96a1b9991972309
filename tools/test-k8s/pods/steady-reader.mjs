// Runs in a pod: reads GATEWAY_URL/ocpi/versions again and again, as a peer would, and writes its counts as a JSON line each second.
// Half of the readers keep their connection, half open one for each request. A failure is an answer other than 200, or none.
import { Agent, get } from 'node:http';

const READERS = 4;
const PAUSE = 25;
const url = `${process.env.GATEWAY_URL}/ocpi/versions`;
const headers = { authorization: `Token ${Buffer.from(process.env.TOKEN).toString('base64')}` };
const counts = { requests: 0, failed: 0, failures: {} };

function read(agent) {
  return new Promise((resolve) => {
    const request = get(url, { agent, headers, timeout: 10_000 }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`));
      response.once('error', (error) => resolve(error.code ?? error.message));
    });
    request.once('timeout', () => request.destroy(new Error('timeout')));
    request.once('error', (error) => resolve(error.code ?? error.message));
  });
}

async function readOn(agent, kind) {
  for (;;) {
    const failure = await read(agent);
    counts.requests += 1;
    if (failure !== undefined) {
      counts.failed += 1;
      const name = `${failure} (${kind})`;
      counts.failures[name] = (counts.failures[name] ?? 0) + 1;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

setInterval(() => process.stdout.write(`${JSON.stringify(counts)}\n`), 1_000);
process.once('SIGTERM', () => process.exit(0));
for (let reader = 0; reader < READERS; reader += 1) {
  const keeps = reader % 2 === 0;
  void readOn(new Agent({ keepAlive: keeps, maxSockets: 1 }), keeps ? 'kept connection' : 'new connection');
}
