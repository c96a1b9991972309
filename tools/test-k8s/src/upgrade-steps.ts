import { waitUntil } from '@roamgrid/testkit';
import type { ChangingStatuses } from './changing-statuses';
import { whileChanging } from './failure-steps';
import { countsBetween, type SteadyReader } from './steady-reader';
import type { TestContext } from './test-context';

/** Bytes of a body that the upgraded gateway no longer takes. */
const SMALL_BODY = 16_384;
const BODY = JSON.stringify({ padding: 'x'.repeat(2 * SMALL_BODY) });

/** Configuration of every service, so that every pod is replaced, and one value of the gateway whose effect shows. */
const NEW_VALUES = { platform: { logLevel: 'debug' }, services: { gateway: { config: { maxBodyBytes: SMALL_BODY } } } };

const TOO_LARGE = 413;

export interface GatewayProbe {
  readonly reader: SteadyReader;
  /** HTTP status of a POST of a body to the gateway's credentials endpoint, by a pod that is ready now. */
  post(body: string): Promise<number>;
}

/** helm upgrade with new configuration and helm rollback, while statuses change and a reader never stops. */
export async function upgradeAndRollback(context: TestContext, changes: ChangingStatuses, gateway: GatewayProbe): Promise<void> {
  const { steps, cpo } = context;
  await steps.check('helm upgrade with new configuration: it takes effect, no request fails', () =>
    rolling(context, changes, gateway, async () => {
      const before = await gateway.post(BODY);
      if (before === TOO_LARGE) throw new Error('the gateway refused the body already before the upgrade');
      await cpo.upgrade(NEW_VALUES);
      await answers(gateway, 'a body over the new limit is refused', (status) => status === TOO_LARGE);
    }),
  );
  await steps.check('helm rollback: the configuration is as it was, no request fails', () =>
    rolling(context, changes, gateway, async () => {
      await cpo.rollback(1);
      await answers(gateway, 'the body is no longer refused for its size', (status) => status !== TOO_LARGE);
    }),
  );
}

/** A pod that is being replaced still answers for some seconds. */
async function answers(gateway: GatewayProbe, what: string, expected: (status: number) => boolean): Promise<void> {
  const probe = async (): Promise<boolean> => {
    const status = await gateway.post(BODY);
    if (expected(status)) return true;
    throw new Error(`status ${status}`);
  };
  await waitUntil(probe, { what, timeoutMs: 60_000, intervalMs: 1_000 });
}

async function rolling(context: TestContext, changes: ChangingStatuses, gateway: GatewayProbe, act: () => Promise<void>): Promise<string> {
  const before = await gateway.reader.counts();
  const seen = await whileChanging(context, changes, async () => {
    await act();
    context.cpo.reconnect();
  });
  const { requests, failed, failures } = countsBetween(before, await gateway.reader.counts());
  if (requests === 0) throw new Error('the reader read nothing');
  if (failed > 0) throw new Error(`${failed} of ${requests} requests failed: ${JSON.stringify(failures)}\n${seen}`);
  return `${requests} requests, 0 failed\n${seen}`;
}
