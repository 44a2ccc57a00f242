/** The sandbox's clock: the real wall clock, with timers that end when the sandbox stops. */
export interface Clock {
  now(): number;
  later(ms: number, run: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Cancels what is still to come. A pending `sleep` then never ends: whoever waits on it has stopped too. */
  stop(): void;
}

/** What runs on a timer has no caller to throw to, so its error goes to `onError`. */
export function createClock(onError: (error: unknown) => void): Clock {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  function later(ms: number, run: () => void): void {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      try {
        run();
      } catch (error) {
        onError(error);
      }
    }, ms);
    timers.add(timer);
  }

  return {
    now: () => Date.now(),
    later,
    sleep: (ms) => new Promise((resolve) => later(ms, resolve)),
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
