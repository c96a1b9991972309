import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allChecks, type CheckResult, conformanceDocument, roamingApiHooks, runChecks, summarise, Target } from '@roamgrid/conformance';
import type { Invitation, RoamingApi, Summary, TargetOptions } from '@roamgrid/conformance';
import { Command } from 'commander';
import { runMutants } from './mutants/run-mutants';
import { type OwnPlatform, startOwnPlatform } from './own-platform';
import { renderFailures, renderJson, renderTable } from './render-summary';

interface Options {
  readonly url?: string;
  readonly token?: string;
  readonly secondToken?: string;
  readonly spareToken?: readonly string[];
  readonly roamingApi?: string;
  readonly apiKey?: string;
  readonly publicHost?: string;
  readonly port?: number;
  readonly only?: readonly string[];
  readonly writeDocs?: boolean;
  readonly mutants?: boolean;
}

const DOCUMENT = join(__dirname, '..', '..', '..', 'docs', 'conformance.md');

const program = new Command('npm run conformance --')
  .description('Checks an OCPI 2.2.1 platform row by row of the checklist; one of its own unless --url names another.')
  .option('--url <url>', 'versions URL of the platform to check')
  .option('--token <token>', 'token A with which the suite registers there')
  .option('--second-token <token>', 'token A for a second peer')
  .option('--spare-token <tokens...>', 'tokens A for checks that register once more')
  .option('--roaming-api <url>', 'roaming API of a Roamgrid platform to check; replaces --url and all tokens')
  .option('--api-key <key>', 'admin key of that roaming API')
  .option('--public-host <host>', 'name or URL under which the platform reaches the suite (default 127.0.0.1)')
  .option('--port <port>', 'port on which the suite listens (default: a free one)', Number)
  .option('--only <ids...>', 'only checks of these rows or areas, such as LOC-18 or PAG; with --mutants only bugs for these')
  .option('--write-docs', 'writes docs/conformance.md')
  .option('--mutants', 'plants bugs into a platform of its own, one after the other, and names the check that catches each');

program.action(async (options: Options) => {
  if (options.mutants) return reportMutants(options.only);
  const own = options.url === undefined && options.roamingApi === undefined ? await startOwnPlatform(tell) : undefined;
  try {
    const results = await check(await targetOf(options, own), options.only);
    await report(summarise(results), results, options.writeDocs ?? false);
  } finally {
    await own?.stop();
  }
});

program.parseAsync().catch((error: unknown) => {
  tell(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function targetOf(options: Options, own: OwnPlatform | undefined): Promise<TargetOptions> {
  const { publicHost, port } = options;
  const peerHost = { ...(publicHost !== undefined && { publicHost }), ...(port !== undefined && { port }) };
  const roamingApi = own?.roamingApi ?? roamingApiOf(options);
  if (roamingApi) {
    const hooks = roamingApiHooks(roamingApi);
    return { invitation: await hooks.invite('conformance'), hooks: { ...hooks, ...own?.hooks }, peerHost };
  }
  const { url, token, secondToken, spareToken = [] } = options;
  if (url === undefined || token === undefined) throw new Error('--url needs --token');
  const invite = (each: string): Invitation => ({ versionsUrl: url, token: each });
  return {
    invitation: invite(token),
    secondInvitation: secondToken === undefined ? undefined : invite(secondToken),
    spareInvitations: spareToken.map(invite),
    peerHost,
  };
}

function roamingApiOf({ roamingApi, apiKey }: Options): RoamingApi | undefined {
  if (roamingApi === undefined) return undefined;
  if (apiKey === undefined) throw new Error('--roaming-api needs --api-key');
  return { url: roamingApi.replace(/\/+$/, ''), apiKey };
}

async function check(options: TargetOptions, only: readonly string[] = []): Promise<CheckResult[]> {
  const wanted = (id: string): boolean => only.some((each) => id === each || id.startsWith(`${each}-`));
  const checks = allChecks.filter(({ ids }) => only.length === 0 || ids.some(wanted));
  const target = await Target.open(options);
  try {
    return await runChecks(checks, target, ({ check: done, outcome }) => {
      if (outcome !== 'passed') tell(`${outcome}: ${done.ids.join(' ')} ${done.title}`);
    });
  } finally {
    await target.close();
  }
}

async function reportMutants(only?: readonly string[]): Promise<void> {
  const verdicts = await runMutants(({ mutant, caughtBy }) => {
    console.log(`${caughtBy === undefined ? 'NOT CAUGHT' : 'caught'}: ${mutant.name} — ${caughtBy ?? `no check of ${mutant.checkedBy.join(', ')} failed`}`);
  }, only);
  const missed = verdicts.filter(({ caughtBy }) => caughtBy === undefined).map(({ mutant }) => mutant.name);
  console.log(JSON.stringify({ mutants: verdicts.length, caught: verdicts.length - missed.length, missed }));
  process.exitCode = missed.length > 0 ? 1 : 0;
}

async function report(summary: Summary, results: readonly CheckResult[], writeDocs: boolean): Promise<void> {
  if (writeDocs) await writeFile(DOCUMENT, conformanceDocument(summary));
  console.log(`${renderTable(summary)}\n`);
  if (summary.failed.length > 0) console.log(renderFailures(results));
  console.log(renderJson(summary));
  process.exitCode = summary.failed.length > 0 ? 1 : 0;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
