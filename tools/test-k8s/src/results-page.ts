import type { PodMemory } from './pod-memory';
import { workloadOf } from './pod-memory';
import type { StepResult } from './steps';

const BEGIN = '<!-- results of npm run test:k8s: begin -->';
const END = '<!-- results of npm run test:k8s: end -->';

export interface Results {
  /** What the cluster is, in one line. */
  readonly cluster: string;
  readonly steps: readonly StepResult[];
  readonly memory: ReadonlyMap<string, readonly PodMemory[]>;
  /** The closing line. */
  readonly summary: string;
}

/** Puts the results between the page's markers. Throws where the page has none. */
export function withResults(page: string, results: Results): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the page has no markers ${BEGIN} and ${END}`);
  return page.slice(0, begin + BEGIN.length) + `\n${markdown(results)}\n` + page.slice(end);
}

function markdown({ cluster, steps, memory, summary }: Results): string {
  const rows = steps.map(({ name, passed, seconds, detail }) => `| ${passed ? '✓' : '✗'} | ${name} | ${seconds.toFixed(1)} | ${cell(detail)} |`);
  return [
    cluster,
    '',
    '| | step | s | seen |',
    '|---|---|---:|---|',
    ...rows,
    '',
    `${summary}.`,
    '',
    ...memoryTable(memory),
  ].join('\n');
}

function memoryTable(memory: ReadonlyMap<string, readonly PodMemory[]>): string[] {
  if (memory.size === 0) return ['The cluster has no metrics; memory was not measured.'];
  const workloads = new Set([...memory.values()].flat().map(({ pod }) => workloadOf(pod)));
  const rows = [...workloads].sort().map((workload) => {
    const columns = [...memory.values()].map((pods) =>
      pods
        .filter(({ pod }) => workloadOf(pod) === workload)
        .map(({ mebibytes }) => mebibytes)
        .join(', '),
    );
    return `| ${workload} | ${columns.join(' | ')} |`;
  });
  return ['Memory of the pods in MiB:', '', `| workload | ${[...memory.keys()].join(' | ')} |`, `|---${'|---:'.repeat(memory.size)}|`, ...rows];
}

function cell(text: string): string {
  return text.trim().split('\n').slice(0, 3).join('<br>').replaceAll('|', '\\|');
}
