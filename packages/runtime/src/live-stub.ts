import { connectivityState, type ServiceClientConstructor } from '@grpc/grpc-js';

/** What a connection may take before its address is looked up again, milliseconds. */
const CONNECT_TIMEOUT = 3_000;

type Stub = InstanceType<ServiceClientConstructor>;

/**
 * A stub that is made anew when its attempt to connect hangs. gRPC waits for the answer to a SYN as long as the kernel does,
 * two minutes, and looks no name up meanwhile: a replica whose address has vanished would keep its clients for so long.
 */
export class LiveStub {
  readonly #make: () => Stub;
  #stub: Stub;
  #watching = false;
  #closed = false;

  constructor(make: () => Stub) {
    this.#make = make;
    this.#stub = make();
  }

  /** The stub for the next call. */
  get(): Stub {
    if (!this.#watching && this.#stub.getChannel().getConnectivityState(true) !== connectivityState.READY) this.#watch();
    return this.#stub;
  }

  close(): void {
    this.#closed = true;
    this.#stub.close();
  }

  /** Waits for the connection; where it is still being made when the time is over, begins again with a fresh look-up. */
  #watch(): void {
    this.#watching = true;
    const stub = this.#stub;
    stub.waitForReady(Date.now() + CONNECT_TIMEOUT, (error) => {
      this.#watching = false;
      if (!error || this.#closed) return;
      if (stub.getChannel().getConnectivityState(false) !== connectivityState.CONNECTING) return;
      this.#stub = this.#make();
      stub.close();
    });
  }
}
