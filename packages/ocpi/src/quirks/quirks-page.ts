import { declaredQuirks } from './declared-quirks';
import type { Quirk } from './quirk';
import { quirkNames } from './quirks';

const INTRODUCTION = `# Quirks

Platforms differ from OCPI, and from each other, in details. A quirk is one such detail, set for one peer; what is not set is as
OCPI says. An operator sets quirks through the roaming API, with an admin key:

| request | does |
|---|---|
| \`GET /v1/quirks\` | lists all that there are |
| \`GET /v1/peers/{id}/quirks\` | shows those that are set for a peer |
| \`PUT /v1/peers/{id}/quirks\` | sets exactly these: \`{ "token_encoding": "raw", "page_size": 50 }\`; all others go back to their default |
| \`PATCH /v1/peers/{id}/quirks\` | sets these and leaves the others; \`null\` brings one back to its default |

\`POST /v1/peers\` and \`POST /v1/peers/invitations\` take \`quirks\` too, for a peer that needs them in the handshake already. A name
that is not in the list, or a value that a quirk cannot have, is refused and nothing is set. A quirk acts from the next request
on; no service is started anew, and a lane that was stopped tries at once.

This page is written from the declarations in \`packages/ocpi/src/quirks\` by
\`npx pnpm --filter @roamgrid/ocpi write-quirks-page\`.
`;

/** The page of documentation on all quirks, as Markdown. */
export function quirksPage(): string {
  return [INTRODUCTION, ...quirkNames.map((name) => section(name, declaredQuirks[name]))].join('\n');
}

function section(name: string, { expected, standard, otherwise, changes, when, actsIn }: Quirk): string {
  return `## \`${name}\`

- **Values**: ${expected}
- **Default**: ${standard === undefined ? otherwise : JSON.stringify(standard)}
- **Changes**: ${changes}
- **Needed when**: ${when}
- **Acts in**: ${actsIn.join(', ')}
`;
}
