import { pullContract, pullOperationsContract, pushContract, pushOperationsContract, type GrpcServer } from '@roamgrid/runtime';
import type { ApiUnderTest } from './api-under-test';

/** Adds the push-dispatcher and the pull-scheduler of a test to a server: they say what the test has set, and keep what they are told. */
export function addDelivery(server: GrpcServer, api: Pick<ApiUnderTest, 'healths' | 'jobs' | 'lanes' | 'operations' | 'pulls'>): void {
  server.add(pushContract, {
    Status: () => Promise.resolve({ lanes: api.lanes }),
    Deliveries: () => Promise.resolve({ deliveries: [] }),
    Health: () => Promise.resolve({ peers: api.healths }),
  });
  server.add(pullContract, {
    Status: () => Promise.resolve({ jobs: api.jobs }),
    Start: (request) => {
      api.pulls.push(request);
      return Promise.resolve({ started: 1 });
    },
  });
  server.add(pushOperationsContract, api.operations.push());
  server.add(pullOperationsContract, api.operations.pull());
}
