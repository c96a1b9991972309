import type { Token } from '@roamgrid/modules';
import { messageOf, type Client, type CommandedCalls, type Logger } from '@roamgrid/runtime';
import type { TokenAnswer, TokenQuestion } from './token-asker';

/** Milliseconds: a driver waits, and without an answer the ordinary way is gone. */
const TIMEOUT = 1_000;

/**
 * What commands of eMSPs have settled about a Token (CMD-22): ALLOWED, with the Token and the reference of the command.
 * Undefined where there is no such command, and while nobody can say.
 */
export async function askCommands(
  commands: Pick<Client<CommandedCalls>, 'Find'>,
  { ids, party, location }: TokenQuestion,
  logger: Logger,
): Promise<TokenAnswer | undefined> {
  const [uid = '', type = ''] = ids;
  const { location_id = '', evse_uids } = location ?? {};
  try {
    const { token, authorization_reference, origin } = await commands.Find(
      { uid, type, ...(party && { party }), location_id, evse_uids: evse_uids ?? [] },
      { timeout: TIMEOUT },
    );
    if (token.length === 0) return undefined;
    const info = {
      allowed: 'ALLOWED' as const,
      token: JSON.parse(token.toString()) as Token,
      ...(location && { location }),
      ...(authorization_reference !== '' && { authorization_reference }),
    };
    return { info, origin, decided: 'command' };
  } catch (error) {
    logger.warn({ reason: messageOf(error) }, 'authorization goes on without the commands of eMSPs');
    return undefined;
  }
}
