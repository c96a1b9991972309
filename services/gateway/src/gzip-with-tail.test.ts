import { gunzipSync } from 'node:zlib';
import { gzipWithTail, zipHead } from './gzip-with-tail';

describe('gzipWithTail', () => {
  it.each([
    ['a page', '{"data":[' + '{"id":"LOC1","name":"Straße"},'.repeat(5_000) + '{}]', ',"status_code":1000}'],
    ['nothing', '', ''],
    ['a tail alone', '', '{"status_code":1000}'],
    ['a head alone', '{"data":[]}', ''],
  ])('is one member that unzips to head and tail: %s', async (_, head, tail) => {
    const zipped = await zipHead(Buffer.from(head));
    expect(gunzipSync(Buffer.concat(gzipWithTail(zipped, Buffer.from(tail)))).toString()).toBe(head + tail);
  });

  it('takes another tail for the same head', async () => {
    const zipped = await zipHead(Buffer.from('{"data":[]'));
    for (const tail of [',"timestamp":"2026-01-01T00:00:00.000Z"}', ',"timestamp":"2026-01-02T00:00:00.000Z"}']) {
      expect(gunzipSync(Buffer.concat(gzipWithTail(zipped, Buffer.from(tail)))).toString()).toBe(`{"data":[]${tail}`);
    }
  });
});
