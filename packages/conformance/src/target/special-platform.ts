import { NotCovered } from '../check/check-failure';
import type { ScriptedPeer } from '../peer/scripted-peer';
import { Candidate } from './candidate';
import type { OtherPlatform } from './platform-hooks';
import type { Registration } from './registration';
import type { Target } from './target';

/** What each peer of the special platform may ask: little enough to be exceeded, enough to register. */
const BUDGET = { perSecond: 5, burst: 12 };

/**
 * Another platform of the same make, for all checks that need something out of the ordinary: an eMSP that is reached over
 * TLS, with a small budget for each of its peers, whose backend decides about its Tokens.
 */
export interface SpecialPlatform extends OtherPlatform {
  /** Plays the backend. */
  readonly backend: ScriptedPeer;
  /** One more peer of ours that is registered there. */
  register(): Promise<Registration>;
}

/** Starts it. Throws NotCovered without the means. */
export async function startSpecialPlatform(target: Target): Promise<SpecialPlatform> {
  if (!target.hooks.withRoles) throw new NotCovered('needs a hook that starts a platform of other roles');
  const backend = target.newPeer();
  const other = await target.hooks.withRoles(['EMSP'], { tls: true, budget: BUDGET, authorization: { backend: backend.url } });
  const register = async (): Promise<Registration> => (await Candidate.discover(target.newPeer(), await other.invite())).register();
  return { ...other, backend, register };
}
