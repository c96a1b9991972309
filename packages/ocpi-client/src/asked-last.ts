import { RoamgridError } from '@roamgrid/runtime';
import { DecoratorHandler, type Dispatcher } from 'undici';

/**
 * Asks whether a request may be sent in the moment in which it is written: behind all waits for a turn, a connection, or a process that
 * stood still meanwhile. Where it may not, it fails with peer.unreachable and nothing was sent.
 */
export function askedLast(still: () => boolean): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, new AskingHandler(handler, still));
}

class AskingHandler extends DecoratorHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #still: () => boolean;

  constructor(handler: Dispatcher.DispatchHandler, still: () => boolean) {
    super(handler);
    this.#handler = handler;
    this.#still = still;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
    if (!this.#still()) controller.abort(new RoamgridError('peer.unreachable', 'not called any more: it is not our turn'));
  }
}
