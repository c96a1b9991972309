import { readPodMemory, workloadOf } from './pod-memory';

describe('kubectl top', () => {
  it('is read as MiB by pod', () => {
    expect(readPodMemory('roamgrid-gateway-5d9c8b7f6d-x2x9z   12m   81Mi\nroamgrid-kafka-0  30m  1Gi\n')).toEqual([
      { pod: 'roamgrid-gateway-5d9c8b7f6d-x2x9z', mebibytes: 81 },
      { pod: 'roamgrid-kafka-0', mebibytes: 1024 },
    ]);
  });

  it('names a line that it cannot read', () => {
    expect(() => readPodMemory('error: no metrics')).toThrow(/no metrics/);
  });

  it('knows the workload of a pod', () => {
    expect(workloadOf('roamgrid-push-dispatcher-5d9c8b7f6d-x2x9z')).toBe('roamgrid-push-dispatcher');
    expect(workloadOf('roamgrid-mongodb-0')).toBe('roamgrid-mongodb-0');
  });
});
