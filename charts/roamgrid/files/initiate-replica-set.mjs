/**
 * Makes the MongoDB beside this container a replica set of one member, named by MEMBER (host:port as the services reach
 * it), and watches it: a mongod that lost its data is initiated anew. GET /readyz: 200 while it is primary.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The driver of the services; the image's working directory is laid out as the repository.
const { MongoClient } = createRequire(join(process.cwd(), 'packages/store/package.json'))('mongoose').mongo;
const member = process.env.MEMBER;
const NOT_INITIATED = 94;
let primary = false;

createServer((request, response) => {
  response.writeHead(request.url === '/readyz' && !primary ? 503 : 200).end();
}).listen(8081);

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));

const client = new MongoClient('mongodb://127.0.0.1:27017/?directConnection=true', {
  serverSelectionTimeoutMS: 2_000,
  socketTimeoutMS: 3_000,
  maxPoolSize: 1,
});
const admin = client.db('admin');
for (let said = ''; ; await sleep(primary ? 5_000 : 1_000)) {
  const state = await look().catch((error) => error.message);
  primary = state === 'primary';
  if (state !== said) console.log(state);
  said = state;
}

async function look() {
  const { isWritablePrimary } = await admin.command({ hello: 1 });
  if (isWritablePrimary) return 'primary';
  try {
    await admin.command({ replSetGetStatus: 1 });
    return 'becoming primary';
  } catch (error) {
    if (error.code !== NOT_INITIATED) throw error;
  }
  await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: member }] } });
  return `initiated as ${member}`;
}
