/** Preloaded with `--import`: this process's clock is off by `CLOCK_SKEW_MS`. Timers and monotonic time go on as ever. */
const skewMs = Number(process.env.CLOCK_SKEW_MS ?? 0);
const RealDate = Date;

/** `new Date()` without arguments and `Date.now()` are the clock; everything else is arithmetic. */
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now() + skewMs] : given, newTarget),
  get: (target, name, receiver) => (name === 'now' ? () => target.now() + skewMs : Reflect.get(target, name, receiver)),
});
