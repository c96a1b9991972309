/** Does the same for every item, at most `width` at once. The first failure ends it. */
export async function inFlight<Item>(width: number, items: Iterable<Item>, run: (item: Item) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await run(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
