import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '@roamgrid/testkit';
import { PlatformStack } from './platform-stack';

const run = promisify(execFile);
const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/roaming-api.md'), 'utf8');

/** One of the ten: its command, and what of its answer is kept under which name. */
interface Step {
  readonly command: string;
  readonly keep: readonly (readonly [field: string, variable: string])[];
}

function steps(): Step[] {
  const items = [...page.matchAll(/^\d+\. ([\s\S]*?)```sh\n([\s\S]*?)```/gm)];
  return items.map(([, text = '', command = '']) => ({
    command,
    keep: [...text.matchAll(/`(\w+)` as `([A-Z_]+)`/g)].map(([, field = '', variable = '']) => [field, variable] as const),
  }));
}

/** What the answer of a command must be; where more has to arrive first, it is asked until it is. */
const expected: readonly RegExp[] = [
  /"rights":\["read","write"\]/,
  /"lines":27,"created":27,/,
  /"lines":300,"created":300,/,
  /"token":"/,
  /"state":"registered"/,
  /"rights":\["read","write"\]/,
  /"items":\[\{"key":"[^"]+","party":"(NL|DE)\*RGC".*"total":300/,
  /"outcome":"created","key":"NL\*RGE\*012345678\*RFID"/,
  /"outcome":"created","key":"NL\*RGC\*S1"/,
  /event: change\ndata: \{"id":"sessions\/NL\*RGC\*S1\/1"/,
];

describe('the ten commands of docs/roaming-api.md', () => {
  const stack = new PlatformStack();
  afterAll(() => stack.stop());

  it('bring a CPO and an eMSP live, one after the other as they stand there', async () => {
    await stack.startParts();
    const parties = ['NL', 'DE'].map((country_code) => ({ country_code, party_id: 'RGC', roles: ['CPO'], name: 'Roamgrid Charge' }));
    const driving = [{ country_code: 'NL', party_id: 'RGE', roles: ['EMSP'], name: 'Roamgrid Drive' }];
    const [cpo, emsp] = await Promise.all([stack.platform({ name: 'cpo', parties }), stack.platform({ name: 'emsp', parties: driving })]);
    const env: Record<string, string> = {
      PATH: process.env['PATH'] ?? '',
      ...{ CPO: cpo.roamingApiUrl, CPO_KEY: cpo.apiKey, EMSP: emsp.roamingApiUrl, EMSP_KEY: emsp.apiKey },
    };
    // curl ends with 28 when its time is up, as it is meant to where it follows.
    const ask = async (command: string): Promise<string> =>
      run('bash', ['-c', command], { cwd: root, env, maxBuffer: 16 << 20 }).then(
        ({ stdout }) => stdout,
        (error: { code?: number; stdout?: string }) => (error.code === 28 ? (error.stdout ?? '') : Promise.reject(error as Error)),
      );
    const ten = steps();
    expect(ten).toHaveLength(10);
    for (const [i, { command, keep }] of ten.entries()) {
      let answer = '';
      const arrives = [6, 9].includes(i);
      await waitUntil(
        async () => {
          answer = await ask(command);
          return expected[i]?.test(answer) === true || !arrives;
        },
        { what: `command ${i + 1} has its answer`, timeoutMs: 60_000, intervalMs: 200 },
      );
      expect(answer).toMatch(expected[i] ?? /^$/);
      for (const [field, variable] of keep) env[variable] = (JSON.parse(answer) as Record<string, string>)[field] ?? '';
    }
  });
});
