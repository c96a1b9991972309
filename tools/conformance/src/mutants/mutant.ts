import type { PlantedBug } from '@roamgrid/testkit';

/** A bug to plant, and who has to find it. */
export interface Mutant extends PlantedBug {
  /** Areas or rows whose checks are run against it. */
  readonly checkedBy: readonly string[];
}
