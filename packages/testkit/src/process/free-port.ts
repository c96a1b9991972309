import { createServer } from 'node:net';

/**
 * Ports are taken from 20000–29999: below the range from which the kernel gives source ports to outgoing connections
 * (32768 and up) and below Kubernetes node ports (30000–32767), so that the port of a killed process is still free
 * when the process comes back, and a client that retries it never connects to itself.
 */
const FIRST_PORT = 20_000;
const PORT_COUNT = 10_000;
/**
 * Workers of a test run take from slices of their own: a port is given some time before its process listens on it, and another
 * worker would find it free until then.
 */
const SLICES = 4;

/** Gives ports that nobody listens on, each at most once. One instance knows only what it gave out itself. */
export class FreePorts {
  readonly #given = new Set<number>();
  readonly #random: () => number;
  readonly #first: number;
  readonly #count: number;

  /**
   * @param random a number in [0, 1), as Math.random
   * @param worker the number of this worker of a test run, from 1; undefined: there are no others
   */
  constructor(random: () => number = Math.random, worker?: number) {
    this.#random = random;
    this.#count = worker === undefined ? PORT_COUNT : PORT_COUNT / SLICES;
    this.#first = FIRST_PORT + (((worker ?? 1) - 1) % SLICES) * this.#count;
  }

  /** A port on 127.0.0.1 that was free a moment ago. Fails when all ports of the range were given out or are in use. */
  async next(): Promise<number> {
    const start = Math.floor(this.#random() * this.#count);
    for (let step = 0; step < this.#count; step += 1) {
      const port = this.#first + ((start + step) % this.#count);
      if (this.#given.has(port)) continue;
      this.#given.add(port);
      if (await canListen(port)) return port;
    }
    throw new Error(`no free port on 127.0.0.1 between ${this.#first} and ${this.#first + this.#count - 1}`);
  }
}

const worker = process.env['JEST_WORKER_ID'];
const portsOfThisProcess = new FreePorts(Math.random, worker === undefined ? undefined : Number(worker));

/** A free port on 127.0.0.1; the same one is never given twice within this process. */
export function freePort(): Promise<number> {
  return portsOfThisProcess.next();
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
