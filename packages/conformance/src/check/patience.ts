/** For how long a check waits, in ms, before it takes something for not happening. */
let patience = 20_000;

/** The present patience. */
export function patienceMillis(): number {
  return patience;
}

/** Waits shorter or longer from now on: platforms in the same process need no 20 s. */
export function usePatience(millis: number): void {
  patience = millis;
}
