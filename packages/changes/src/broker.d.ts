/** A connection to a broker inside the library, as far as it is mended here. */
declare module 'kafkajs/src/broker' {
  class Broker {
    readonly connectionPool: { readonly clientId: string };
    readonly logger: { debug(message: string): void };
    listOffsets: (this: Broker, request: Broker.ListOffsetsRequest) => Promise<unknown>;
    joinGroup: (this: Broker, request: Broker.JoinGroupRequest) => Promise<unknown>;
    describeGroups(request: { readonly groupIds: readonly string[] }): Promise<{ readonly groups: readonly Broker.Group[] }>;
    leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
  }
  namespace Broker {
    interface ListOffsetsRequest {
      /** 0: uncommitted, 1: committed; undefined: the admin client asks, and gets what is committed. */
      readonly isolationLevel?: number | undefined;
    }
    interface JoinGroupRequest {
      readonly groupId: string;
      /** Empty: a new member. */
      readonly memberId?: string;
    }
    interface Group {
      readonly members: readonly { readonly clientId: string; readonly memberId: string }[];
    }
  }
  export = Broker;
}
