/** One line of `unwind doctor`. */
export interface Check {
  readonly name: string;
  /** `warn`: works, and somebody should look at it. `skip`: could not be checked here. */
  readonly result: 'ok' | 'warn' | 'fail' | 'skip';
  readonly detail: string;
}

export const ok = (name: string, detail: string): Check => ({ name, result: 'ok', detail });
export const warn = (name: string, detail: string): Check => ({ name, result: 'warn', detail });
export const fail = (name: string, detail: string): Check => ({ name, result: 'fail', detail });
export const skip = (name: string, detail: string): Check => ({ name, result: 'skip', detail });
