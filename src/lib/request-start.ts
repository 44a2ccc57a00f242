/** The instant before a request's first byte: it waits for a connection until then, and can be called off. */
import type { Dispatcher } from 'undici';

/** What it was to be sent for does not hold any more. */
class TooLate extends Error {
  readonly code = 'TOO_LATE';
}

export class RequestStart {
  happened = false;
  readonly #signal: AbortSignal;
  readonly #mayLeave: () => boolean;
  constructor(signal: AbortSignal, mayLeave = () => true) {
    this.#signal = signal;
    this.#mayLeave = mayLeave;
  }

  /** undici calls `onRequestStart` when it has a connection, right before it writes to it. */
  of(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
    const { onRequestStart } = handler;
    handler.onRequestStart = (controller, context) => {
      // Given up while connecting: then nobody may send it any more.
      if (this.#signal.aborted) return controller.abort(reasonOf(this.#signal));
      if (!this.#mayLeave()) return controller.abort(new TooLate());
      this.happened = true;
      onRequestStart?.call(handler, controller, context);
    };
    return handler;
  }

  /** undici itself hears of the signal only when it has a connection. */
  async before<T>(sent: Promise<T>): Promise<T> {
    const signal = this.#signal;
    let giveUp: (() => void) | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => {
        if (!this.happened) reject(reasonOf(signal));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
    try {
      return await Promise.race([sent, givenUp]);
    } finally {
      if (giveUp !== undefined) signal.removeEventListener('abort', giveUp);
      // What comes of a request that was given up is nobody's business.
      sent.catch(() => {});
    }
  }
}

const reasonOf = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error('given up'));
