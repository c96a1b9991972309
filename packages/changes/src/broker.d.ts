/** A connection to a broker inside the library, as far as it is mended here. */
declare module 'kafkajs/src/broker' {
  class Broker {
    listOffsets: (this: Broker, request: Broker.ListOffsetsRequest) => Promise<unknown>;
  }
  namespace Broker {
    interface ListOffsetsRequest {
      /** 0: uncommitted, 1: committed; undefined: the admin client asks, and gets what is committed. */
      readonly isolationLevel?: number | undefined;
    }
  }
  export = Broker;
}
