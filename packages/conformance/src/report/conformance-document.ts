import { checklistRow } from '../rows/checklist-rows';
import type { Summary } from './summarise';

const INTRODUCTION = `# Conformance to OCPI 2.2.1

What OCPI 2.2.1 asks for stands in a checklist of numbered rows. \`npm run conformance\` starts a whole platform and checks it
row by row over plain HTTP, as a peer of it: it registers, lists, pushes, is pushed to and is pulled from. The same checks run
in \`npm test\`, and against any other OCPI platform (see \`tools/conformance/README.md\`). This page is written by
\`npm run conformance -- --write-docs\`, and a test fails when it is stale.

A row has passed when all its checks did. A row that is not covered has no check that could fail, for the reason given.
`;

/** The page docs/conformance.md: what was checked, and what was not and why. */
export function conformanceDocument({ areas, failed, uncovered }: Summary): string {
  const head = ['| Area | | Rows | Passed | Failed | Not covered |', '|---|---|---|---|---|---|'];
  const table = areas.map((area) =>
    ['', area.area, area.title, area.rows, area.passed, area.failed, area.uncovered, ''].join(' | ').trim(),
  );
  const sections = areas
    .filter(({ passed }) => passed > 0)
    .flatMap(({ area, title }) => {
      const ids = Object.keys(uncovered).filter((id) => id.startsWith(`${area}-`));
      const lines = ids.map((id) => `| ${id} | ${checklistRow(id).level} | ${uncovered[id] ?? ''} |`);
      if (lines.length === 0) return [];
      return ['', `## ${title}: not covered`, '', '| Row | Level | Why |', '|---|---|---|', ...lines];
    });
  const untouched = areas
    .filter(({ passed, failed: wrong }) => passed + wrong === 0)
    .map(({ area, title }) => `| ${area} | ${title} | ${uncovered[`${area}-01`] ?? ''} |`);
  const failures = failed.length === 0 ? [] : ['', `Failed: ${failed.join(', ')}.`];
  const areasWithout = ['', '## Areas without checks', '', '| Area | | Why |', '|---|---|---|', ...untouched];
  return [INTRODUCTION, ...head, ...table, ...failures, ...sections, ...areasWithout, ''].join('\n');
}
