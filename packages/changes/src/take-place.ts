import Broker, { type JoinGroupRequest } from 'kafkajs/src/broker';

/** Stands between the name of a client and its place. */
const AT = '|';
const { joinGroup } = Broker.prototype;

/**
 * The id of a client of which there is only one at a time, because its process is the only one that can be at its place.
 * @param holder as `processHolder` names a process: `place|life`; where it has no place, the id has none either
 */
export function placedClientId(name: string, holder: string): string {
  const [place, life] = holder.split('|');
  return life === undefined ? name : `${name}${AT}${place}`;
}

/**
 * Lets a placed client of kafkajs 2.2.4 that joins a group anew send away the member that was at its place before. That one is
 * dead or given up; left alone it would keep the whole group from work until its session has run out.
 */
export function takePlaceOfPredecessor(): void {
  Broker.prototype.joinGroup = joinInPlace;
}

async function joinInPlace(this: Broker, request: JoinGroupRequest): Promise<unknown> {
  const isNew = !request.memberId;
  if (isNew && this.connectionPool.clientId.includes(AT)) {
    // It only saves time: whatever stands in its way stands in the way of joining as well, and is reported and tried again there.
    await sendAway(this, request.groupId).catch((error: unknown) => this.logger.debug(`no look at who was here before: ${String(error)}`));
  }
  return joinGroup.call(this, request);
}

async function sendAway(broker: Broker, groupId: string): Promise<void> {
  const { groups } = await broker.describeGroups({ groupIds: [groupId] });
  for (const { clientId, memberId } of groups.flatMap(({ members }) => members)) {
    if (clientId === broker.connectionPool.clientId) await broker.leaveGroup({ groupId, memberId });
  }
}
