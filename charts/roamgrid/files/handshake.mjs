/**
 * `helm test`: invites a throw-away peer through the roaming API, registers as that peer, reads a page as it would, and
 * removes it. Registration needs the platform to call this pod back: where its egress rules forbid that (CALLBACK is not
 * true), the handshake ends where token A ends, and the page is read through the roaming API.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const { GATEWAY_URL, ROAMING_API_URL, PUBLIC_URL, CALLBACK, POD_IP, PORT, ADMIN_KEY } = process.env;
const VERSION = '2.2.1';
const host = POD_IP.includes(':') ? `[${POD_IP}]` : POD_IP;
const own = `http://${host}:${PORT}`;
const token = randomBytes(24).toString('base64url');
const partyId = Array.from(randomBytes(3), (byte) => 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'[byte % 32]).join('');
let peer;

try {
  if (!ADMIN_KEY) throw new Error('no admin key: the Secret named by secrets.existingSecret has no key named by secrets.keys.adminKey');
  await test();
} catch (error) {
  console.error(`FAILED: ${error.message}${error.cause ? `: ${error.cause.message}` : ''}`);
  process.exitCode = 1;
} finally {
  await remove();
  if (!process.exitCode) console.log('passed');
  process.exit();
}

async function test() {
  const invitation = await api('POST', '/v1/peers/invitations', { name: `helm test ${partyId}` });
  peer = invitation.peer.id;
  say(`invited as ${invitation.peer.name}`);
  const versions = await ocpi('GET', invitation.versions_url, invitation.token);
  const offered = versions.find(({ version }) => version === VERSION);
  if (!offered) throw new Error(`versions lists no ${VERSION}: ${JSON.stringify(versions)}`);
  const { endpoints } = await ocpi('GET', offered.url, invitation.token);
  say(`versions and details read: ${endpoints.map(({ identifier, role }) => `${identifier} ${role}`).join(', ')}`);
  const credentialsUrl = endpoints.find(({ identifier }) => identifier === 'credentials').url;
  if (CALLBACK !== 'true') return withoutCallback(credentialsUrl, invitation.token);

  // A platform that owns locations meets an eMSP, any other one a CPO: an eMSP offers SENDERs too, those of its tokens.
  const sender = endpoints.find(({ identifier, role }) => identifier === 'locations' && role === 'SENDER');
  await serveAsPeer(sender ? { identifier: 'tariffs', role: 'RECEIVER' } : { identifier: 'locations', role: 'SENDER' });
  const party = { country_code: 'ZZ', party_id: partyId, business_details: { name: 'helm test' } };
  const roles = [{ role: sender ? 'EMSP' : 'CPO', ...party }];
  const answer = await ocpi('POST', credentialsUrl, invitation.token, { token, url: `${own}/versions`, roles });
  say(`registered as ZZ ${partyId}; the platform is ${answer.roles.map((role) => `${role.country_code} ${role.party_id} (${role.role})`).join(', ')}`);
  if (!sender) return readThroughApi();
  const page = await untilKnown(() => ocpi('GET', `${sender.url}?limit=1`, answer.token));
  if (!Array.isArray(page)) throw new Error(`GET ${sender.url}: expected a list, got ${JSON.stringify(page)}`);
  say(`page of ${sender.identifier} read as the peer: ${page.length} objects`);
}

async function withoutCallback(credentialsUrl, tokenA) {
  const answer = await ocpi('GET', credentialsUrl, tokenA);
  if (answer.token !== tokenA) throw new Error('GET credentials did not answer with token A');
  say('credentials read with token A; platform.egress does not let the platform call this pod, so registration is left out');
  await readThroughApi();
}

async function readThroughApi() {
  const page = await api('GET', '/v1/locations?limit=1');
  say(`page of locations read through the roaming API: ${page.items.length} objects`);
}

/** The gateways hear of a new token by a stream, a moment after it was issued. */
async function untilKnown(call) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (error.status !== 401 || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

async function remove() {
  if (!peer) return;
  try {
    await api('DELETE', `/v1/peers/${encodeURIComponent(peer)}`);
    say('peer removed');
  } catch (error) {
    console.error(`FAILED to remove peer ${peer}: ${error.message}`);
    process.exitCode = 1;
  }
}

/** What the platform asks of a peer: versions, details, an empty list; pushes and DELETE credentials are taken. */
function serveAsPeer(endpoint) {
  const data = {
    '/versions': [{ version: VERSION, url: `${own}/${VERSION}` }],
    [`/${VERSION}`]: {
      version: VERSION,
      endpoints: [{ identifier: 'credentials', role: 'SENDER' }, endpoint].map((each) => ({ ...each, url: `${own}/${each.identifier}` })),
    },
    '/locations': [],
  };
  const server = createServer((request, response) => {
    request.resume();
    const allowed = request.headers.authorization === `Token ${Buffer.from(token).toString('base64')}`;
    const path = new URL(request.url, own).pathname;
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' });
    const body = allowed ? { status_code: 1000, data: data[path] } : { status_code: 2000, status_message: 'unknown token' };
    response.end(JSON.stringify({ ...body, timestamp: new Date().toISOString() }));
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(Number(PORT), resolve));
}

async function api(method, path, body) {
  const response = await call(method, ROAMING_API_URL + path, { authorization: `Bearer ${ADMIN_KEY}` }, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** An OCPI call to the gateway, at its address in the cluster instead of the public one. */
async function ocpi(method, url, key, body) {
  const inside = url.startsWith(PUBLIC_URL) ? GATEWAY_URL + url.slice(PUBLIC_URL.length) : url;
  const authorization = `Token ${Buffer.from(key).toString('base64')}`;
  const response = await call(method, inside, { authorization }, body);
  const text = await response.text();
  const failed = (why) => Object.assign(new Error(`${method} ${inside}: ${why} ${text.slice(0, 500)}`), { status: response.status });
  let envelope;
  try {
    envelope = JSON.parse(text);
  } catch {
    throw failed(`${response.status}, no JSON:`);
  }
  if (!response.ok || envelope.status_code !== 1000) throw failed(String(response.status));
  return envelope.data;
}

function call(method, url, headers, body) {
  const content = body && { body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(20_000);
  return fetch(url, { method, headers: { ...headers, 'content-type': 'application/json' }, ...content, signal });
}

function say(text) {
  console.log(text);
}
