import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeValues, valuesTables } from './values-table';

const chart = join(__dirname, '../../../charts/roamgrid');
const values = readFileSync(join(chart, 'values.yaml'), 'utf8');

describe('the README of the chart', () => {
  const path = join(chart, 'README.md');
  const [start, end] = ['<!-- values -->', '<!-- end of values -->'];

  it('describes the values as their comments do (else: UPDATE_CHART_README=1 npm test -- --testPathPatterns chart-readme)', () => {
    const readme = readFileSync(path, 'utf8');
    const [before = '', rest = ''] = readme.split(start);
    const after = rest.split(end)[1] ?? '';
    const expected = `${before}${start}\n\n${valuesTables(values)}\n\n${end}${after}`;
    if (process.env['UPDATE_CHART_README']) writeFileSync(path, expected);
    else expect(readme).toBe(expected);
  });

  it('every value has a comment', () => {
    const bare = describeValues(values).filter(({ description }) => description === '');
    expect(bare.map(({ path: value }) => value)).toEqual([]);
  });

  it('reads groups, values and their comments', () => {
    const text = '# Top.\n\n# One.\na:\n  # Two,\n  # in two lines.\n  b: 1\n  c: { d: 2 }\n# All\ne:\n  f: { g: 1 }\nservices:\n  m: { module: true }\n';
    expect(describeValues(text)).toEqual([
      { path: 'a', description: 'One.', default: undefined },
      { path: 'a.b', description: 'Two, in two lines.', default: '1' },
      { path: 'a.c', description: '', default: '{"d":2}' },
      { path: 'e', description: 'All', default: '{"f":{"g":1}}' },
      { path: 'services', description: '', default: '{"m":{"module":true}}' },
    ]);
  });
});
