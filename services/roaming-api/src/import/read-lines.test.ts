import { readLines } from './read-lines';

async function lines(chunks: readonly (string | Buffer)[], maxBytes = 10): Promise<(string | number)[][]> {
  async function* source(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
  }
  const found: (string | number)[][] = [];
  for await (const { number, bytes } of readLines(source(), maxBytes))
    found.push([number, bytes?.toString() ?? 'too long']);
  return found;
}

describe('readLines', () => {
  it('finds lines wherever chunks end, also a last one without line end', async () => {
    const whole = [
      [1, 'aé'],
      [2, 'b'],
      [3, 'c'],
    ];
    expect(await lines(['aé\nb\nc'])).toEqual(whole);
    expect(await lines([...Buffer.from('aé\nb\nc\n')].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('passes over blank lines and counts them', async () => {
    expect(await lines(['\n a \r\n\r\n\nb'])).toEqual([
      [2, 'a'],
      [5, 'b'],
    ]);
  });

  it('reports a line that is too long and goes on behind it', async () => {
    expect(await lines(['0123456789\n0123456789x\nc\n'])).toEqual([
      [1, '0123456789'],
      [2, 'too long'],
      [3, 'c'],
    ]);
    expect(await lines(['01234', '56789', 'xyz', '\nc'])).toEqual([
      [1, 'too long'],
      [2, 'c'],
    ]);
    expect(await lines(['0123456789xyz'])).toEqual([[1, 'too long']]);
  });

  it('takes a byte order mark off the first line only', async () => {
    expect(await lines(['\uFEFFa\n\uFEFFb'])).toEqual([
      [1, 'a'],
      [2, '\uFEFFb'],
    ]);
  });

  it('has nothing for an empty stream', async () => {
    expect(await lines([])).toEqual([]);
    expect(await lines(['\n'])).toEqual([]);
  });
});
