import { storeError } from '@roamgrid/store';

/** Runs what asks the store; what goes wrong there is `unavailable` or `internal`. */
export async function withStoreErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw storeError(error);
  }
}
