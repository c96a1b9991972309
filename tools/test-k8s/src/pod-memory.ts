/** Memory of one pod as the cluster's metrics give it. */
export interface PodMemory {
  readonly pod: string;
  readonly mebibytes: number;
}

const UNITS: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024 };

/** Reads `kubectl top pods --no-headers`: name, CPU, memory. */
export function readPodMemory(text: string): PodMemory[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [pod = '', , memory = ''] = line.trim().split(/\s+/);
      const [, amount = '', unit = ''] = /^(\d+)(Ki|Mi|Gi)$/.exec(memory) ?? [];
      const factor = UNITS[unit];
      if (factor === undefined) throw new Error(`kubectl top: a line with name, CPU and memory was expected, found: ${line}`);
      return { pod, mebibytes: Math.round(Number(amount) * factor) };
    });
}

/** Name of a pod without what its Deployment added: `roamgrid-gateway-5d9c8b7f6d-x2x9z` → `roamgrid-gateway`. */
export function workloadOf(pod: string): string {
  return pod.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '');
}
