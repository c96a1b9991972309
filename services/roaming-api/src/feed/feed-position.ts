/** Where a client of the feed stands: for each module the offset of the next message of each partition. */
export type FeedPosition = ReadonlyMap<string, readonly number[]>;

const FORM = /^[a-z-]+:\d{1,15}(,\d{1,15})*(;[a-z-]+:\d{1,15}(,\d{1,15})*)*$/;
const LONGEST = 4_096;

/** A position as an event id. What it is made of is nobody's business but ours. */
export function encodePosition(position: FeedPosition): string {
  const modules = [...position].map(([module, offsets]) => `${module}:${offsets.join(',')}`);
  return Buffer.from(modules.join(';')).toString('base64url');
}

/** Reads an event id; undefined for a text that is none. Whether the broker still holds it is another question. */
export function decodePosition(text: string): FeedPosition | undefined {
  if (text.length > LONGEST) return undefined;
  const plain = Buffer.from(text, 'base64url').toString();
  if (!FORM.test(plain)) return undefined;
  return new Map(
    plain.split(';').map((entry) => {
      const [module = '', offsets = ''] = entry.split(':');
      return [module, offsets.split(',').map(Number)];
    }),
  );
}
