/** A bug to plant: one place in the compiled code, changed. */
export interface PlantedBug {
  readonly name: string;
  /** Folder and module, such as `services/gateway/list-query`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}
