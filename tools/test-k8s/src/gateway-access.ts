import type { PlatformRelease, Tools } from './platform-release';
import { RELEASE } from './platform-release';
import { PortForward } from './port-forward';
import { SteadyReader } from './steady-reader';
import type { GatewayProbe } from './upgrade-steps';

const GATEWAY = `${RELEASE}-gateway`;
const PORT = 8080;

/** Reads from the gateway of a platform without a pause and posts to it, as a partner that was invited and has not registered. */
export async function openGateway(tools: Tools, platform: PlatformRelease, image: string): Promise<GatewayProbe & { close(): Promise<void> }> {
  const { namespace, kubectl, api } = platform;
  const { token, peer } = await api.invite('steady reader');
  const reader = await SteadyReader.start(kubectl, image, `http://${GATEWAY}.${namespace}.svc:${PORT}`, token);
  return {
    reader,
    post: async (body) => {
      const forward = await PortForward.open(tools.kubectl, namespace, GATEWAY, PORT);
      try {
        return await post(`http://127.0.0.1:${forward.port}/ocpi/2.2.1/credentials`, token, body);
      } finally {
        await forward.close();
      }
    },
    close: async () => {
      await reader.stop();
      await api.call('DELETE', `/v1/peers/${peer.id}`);
    },
  };
}

async function post(url: string, token: string, body: string): Promise<number> {
  const headers = { authorization: `Token ${Buffer.from(token).toString('base64')}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  await response.arrayBuffer();
  return response.status;
}
