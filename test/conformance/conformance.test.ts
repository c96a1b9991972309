import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  allChecks,
  conformanceDocument,
  launchedHooks,
  referencePlatform,
  roamingApiHooks,
  runCheck,
  summarise,
  Target,
  type CheckResult,
} from '@roamgrid/conformance';
import { ProcessGroup, startParts, startPlatform } from '@roamgrid/testkit';

describe('conformance to OCPI 2.2.1', () => {
  const group = new ProcessGroup();
  const dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-conformance-'));
  const results: CheckResult[] = [];
  let target: Target;

  beforeAll(async () => {
    const { mongodbUri, kafkaBrokers } = await startParts({ dataDir, group, mongo: { cacheGb: 0.25 } });
    const common = { site: { mongodbUri, kafkaBrokers }, dataDir, group };
    const platform = await startPlatform({ spec: { name: 'conformance', ...referencePlatform }, ...common });
    const api = roamingApiHooks({ url: platform.roamingApiUrl, apiKey: platform.apiKey });
    const hooks = { ...api, ...launchedHooks(platform, (spec) => startPlatform({ spec, ...common })) };
    target = await Target.open({ invitation: await hooks.invite('conformance'), hooks });
  }, 180_000);

  afterAll(async () => {
    await target?.close();
    await group.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  for (const check of allChecks) {
    it(`${check.ids.join(' ')} ${check.title}`, async () => {
      const whole = await runCheck(check, target);
      results.push(whole);
      const { check: _check, ...result } = whole;
      expect(result).toEqual({ outcome: 'passed' });
    });
  }

  it('docs/conformance.md says what these checks say; npm run conformance -- --write-docs writes it anew', () => {
    const page = readFileSync(join(__dirname, '../../docs/conformance.md'), 'utf8');
    expect(page).toBe(conformanceDocument(summarise(results)));
  });
});
