import mongoose from 'mongoose';

/** Name of the replica set, of one member, that the launcher makes. */
export const REPLICA_SET = 'rs0';

const NOT_YET_INITIALIZED = 94;

interface ReplicaSetConfig {
  readonly version: number;
  readonly members: readonly { readonly host: string }[];
}

type Admin = ReturnType<mongoose.mongo.Db['admin']>;

/**
 * Whether the mongod on 127.0.0.1:port takes writes. One that has no replica set yet is initiated; one that was last
 * started on another port is told its new address.
 */
export async function isPrimary(port: number): Promise<boolean> {
  const host = `127.0.0.1:${port}`;
  return withAdmin(`mongodb://${host}/?directConnection=true`, async (admin) => {
    const hello = await admin.command({ hello: 1 });
    if (hello['isWritablePrimary'] === true) return true;
    const config = await replicaSetConfig(admin);
    if (config === undefined) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
    } else if (config.members[0]?.host !== host) {
      const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] };
      await admin.command({ replSetReconfig: moved, force: true });
    }
    return false;
  });
}

/** Whether the MongoDB at `uri` answers. Fails when it is no replica set: change streams and transactions need one. */
export async function answersAsReplicaSet(uri: string): Promise<boolean> {
  return withAdmin(uri, async (admin) => {
    const hello = await admin.command({ hello: 1 });
    if (typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid') return true;
    throw new Error('the MongoDB at MONGODB_URI is no replica set; start it with --replSet and initiate it');
  });
}

async function withAdmin<Result>(uri: string, ask: (admin: Admin) => Promise<Result>): Promise<Result> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 2_000, connectTimeoutMS: 2_000 });
  try {
    return await ask(client.db('admin').admin());
  } finally {
    await client.close();
  }
}

async function replicaSetConfig(admin: Admin): Promise<ReplicaSetConfig | undefined> {
  try {
    const answer = await admin.command({ replSetGetConfig: 1 });
    return answer['config'] as ReplicaSetConfig;
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
