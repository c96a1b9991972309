import { endpointPath, RESULTS, type ConversationDeclaration, type InterfaceRole, type NoticeKind, type RequestKind } from '@roamgrid/modules';

/** One HTTP route of a conversation module, compiled from its declaration. */
export interface ConversationRoute {
  readonly method: RequestKind['method'];
  /** Path below the gateway's root, with `:name` segments. */
  readonly template: string;
  readonly module: ConversationDeclaration;
  readonly side: InterfaceRole;
  /** What is said here: a request to us, the result of one of ours, something unasked. */
  readonly says: { readonly request: RequestKind } | { readonly notice: NoticeKind } | 'result';
}

/** The segment of the path that only the peer knows whom we asked. */
export const REPLY = 'reply';

/** All routes of all conversation modules, in the order of declaration. */
export function compileConversations(conversations: readonly ConversationDeclaration[]): ConversationRoute[] {
  return conversations.flatMap((module) => {
    const base = (side: InterfaceRole): string => endpointPath(module.version, side, module.id);
    return [
      { method: 'POST', template: `${base('SENDER')}/${RESULTS}/:${REPLY}`, module, side: 'SENDER', says: 'result' } as const,
      ...module.notices.map((notice) => ({ method: 'PUT', template: `${base('SENDER')}/:${notice.field}`, module, side: 'SENDER', says: { notice } }) as const),
      ...module.requests.map((request) => {
        const segment = 'word' in request.segment ? request.segment.word : `:${request.segment.field}`;
        return { method: request.method, template: `${base('RECEIVER')}/${segment}`, module, side: 'RECEIVER', says: { request } } as const;
      }),
    ];
  });
}

/** One line a route, as those of the other modules are described. */
export function describeConversations(routes: readonly ConversationRoute[]): string {
  return routes.map(({ method, template, module, says }) => `${method.padEnd(6)} ${template}  → ${module.id}.${nameOf(says)}\n`).join('');
}

function nameOf(says: ConversationRoute['says']): string {
  if (says === 'result') return 'result';
  return 'notice' in says ? says.notice.name : says.request.name;
}
