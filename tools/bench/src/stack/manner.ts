import type { IncomingMessage, ServerResponse } from 'node:http';

/** `well`: at once. `ms`: after so many milliseconds. `silent`: never. `resets`: breaks the connection. `drips`: a byte a second. */
export type Kind = 'well' | { readonly ms: number } | 'silent' | 'resets' | 'drips';

/** How a peer treats whoever calls it. */
export class Manner {
  #kind: Kind = 'well';

  /** From now on; what waits under the manner before stays as it is. */
  become(kind: Kind): void {
    this.#kind = kind;
  }

  treat(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
    const kind = this.#kind;
    if (kind === 'well') answer();
    else if (kind === 'resets') request.socket.resetAndDestroy();
    else if (kind === 'silent') request.resume();
    else if (kind === 'drips') drip(request, response);
    else setTimeout(answer, kind.ms);
  }
}

function drip(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
  const drops = setInterval(() => response.write(' '), 1_000);
  response.once('close', () => clearInterval(drops));
}
