import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ChartTools } from '@roamgrid/testkit';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest';

export const CHART = join(__dirname, '../../../charts/roamgrid');
export const KUBERNETES = '1.35.0';

/** A scenario of `ci/`, with the profile that it goes on top of. */
export const SCENARIOS = {
  minimal: ['ci/minimal-values.yaml'],
  ha: ['ci/ha-values.yaml'],
  'external-tls': ['ci/external-tls-values.yaml'],
  evaluation: ['values-eval.yaml', 'ci/evaluation-values.yaml'],
  'evaluation as it is': ['values-eval.yaml'],
} as const;
export type Scenario = keyof typeof SCENARIOS;

/** What a program said, and how it ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The chart, as helm and kubeconform see it. */
export class ChartUnderTest {
  readonly #tools: ChartTools;
  readonly #rendered = new Map<Scenario, string>();

  constructor(tools: ChartTools) {
    this.#tools = tools;
  }

  /** `helm lint --strict`. */
  lint(scenario: Scenario): Run {
    return run(this.#tools.helm, ['lint', CHART, '--strict', '--kube-version', KUBERNETES, ...valuesOf(scenario)]);
  }

  /** `helm template`, with values on top given as JSON. */
  template(scenario: Scenario, values: Readonly<Record<string, unknown>> = {}): Run {
    const more = Object.entries(values).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);
    const args = ['template', 'rg', CHART, '--namespace', 'charging', '--kube-version', KUBERNETES, ...valuesOf(scenario), ...more];
    return run(this.#tools.helm, args);
  }

  /** The text of a scenario, rendered once. */
  text(scenario: Scenario): string {
    const known = this.#rendered.get(scenario);
    if (known !== undefined) return known;
    const { code, stdout, stderr } = this.template(scenario);
    if (code !== 0) throw new Error(`helm template of ${scenario}: ${stderr}`);
    this.#rendered.set(scenario, stdout);
    return stdout;
  }

  /** Its objects. */
  manifests(scenario: Scenario, values?: Readonly<Record<string, unknown>>): Manifest[] {
    if (!values) return parseManifests(this.text(scenario));
    const { code, stdout, stderr } = this.template(scenario, values);
    if (code !== 0) throw new Error(`helm template of ${scenario}: ${stderr}`);
    return parseManifests(stdout);
  }

  /** Checks manifests against Kubernetes' schemas, closed to unknown fields. */
  conform(text: string): Run {
    const location = join(this.#tools.schemas, '{{.ResourceKind}}{{.KindSuffix}}.json');
    const args = ['-strict', '-summary', '-kubernetes-version', KUBERNETES, '-schema-location', location, '-'];
    return run(this.#tools.kubeconform, args, text);
  }
}

function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0]) throw document.errors[0];
    const manifest = document.toJS() as Manifest | null;
    return manifest ? [manifest] : [];
  });
}

function valuesOf(scenario: Scenario): string[] {
  return SCENARIOS[scenario].flatMap((file) => ['--values', join(CHART, file)]);
}

function run(program: string, args: readonly string[], input = ''): Run {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error) throw error;
  return { code: status ?? 1, stdout, stderr };
}
