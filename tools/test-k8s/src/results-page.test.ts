import { withResults } from './results-page';

const MARKERS = ['<!-- results of npm run test:k8s: begin -->', '<!-- results of npm run test:k8s: end -->'] as const;

describe('the page of results', () => {
  const results = {
    cluster: 'Kubernetes v1.35',
    steps: [{ name: 'handshake', passed: true, seconds: 1.26, detail: 'a|b\nc' }],
    memory: new Map([
      ['cpo', [{ pod: 'roamgrid-gateway-5d9c8b7f6d-x2x9z', mebibytes: 80 }]],
      ['emsp', [{ pod: 'roamgrid-gateway-5d9c8b7f6d-aaaaa', mebibytes: 82 }]],
    ]),
    summary: '1 passed, 0 failed',
  };

  it('replaces what stood between its markers and nothing else', () => {
    const page = withResults(`before\n${MARKERS.join('\nold\n')}\nafter\n`, results);
    expect(page).toContain('| ✓ | handshake | 1.3 | a\\|b<br>c |');
    expect(page).toContain('| roamgrid-gateway | 80 | 82 |');
    expect(page.startsWith(`before\n${MARKERS[0]}\n`)).toBe(true);
    expect(page.endsWith(`${MARKERS[1]}\nafter\n`)).toBe(true);
    expect(page).not.toContain('old');
    expect(withResults(page, results)).toBe(page);
  });

  it('is refused without markers', () => {
    expect(() => withResults('nothing', results)).toThrow(/no markers/);
  });
});
