import Broker, { type ListOffsetsRequest } from 'kafkajs/src/broker';

const READ_UNCOMMITTED = 0;
const { listOffsets } = Broker.prototype;

/**
 * Lets the admin client of kafkajs 2.2.4 say where a topic ends for those who read uncommitted, as all readers of ours do. As it comes, it
 * says where the oldest open transaction begins: a reader that comes back while a relay has one open would stand behind the end,
 * as if the topic had been made anew, and be given everything again.
 */
export function listUncommitted(): void {
  Broker.prototype.listOffsets = listOffsetsUncommitted;
}

function listOffsetsUncommitted(this: Broker, request: ListOffsetsRequest): Promise<unknown> {
  return listOffsets.call(this, { ...request, isolationLevel: request.isolationLevel ?? READ_UNCOMMITTED });
}
