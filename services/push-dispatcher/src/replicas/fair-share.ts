/** A replica as it last said of itself. */
export interface ReplicaLoad {
  readonly id: string;
  /** Lanes that it runs, */
  readonly lanes: number;
  /** and could run: one a peer that it knows. */
  readonly peers: number;
}

/** How the lanes are shared out among the replicas that live, seen by one of them. */
export interface Share {
  /** Lanes that it has too many, so that others have too few. */
  readonly surplus: number;
  /** It has as many as are its own: others should take what comes free. */
  readonly full: boolean;
}

/**
 * The share of a replica: as many lanes as every other, rounded up, so that all lanes together find room. Without another replica
 * that could take a lane more, everything is its own.
 */
export function fairShare(mine: ReplicaLoad, others: readonly ReplicaLoad[]): Share {
  const fair = Math.ceil(mine.peers / (others.length + 1));
  const room = others.reduce((sum, { lanes, peers }) => sum + Math.max(0, Math.min(fair, peers) - lanes), 0);
  return { surplus: Math.max(0, Math.min(mine.lanes - fair, room)), full: mine.lanes >= fair && room > 0 };
}
