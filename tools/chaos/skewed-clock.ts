/** Loaded before everything else of a worker (`--import`): its clock is off by CHAOS_CLOCK_SKEW_MS. */
const skew = Number(process.env.CHAOS_CLOCK_SKEW_MS ?? 0);
const Real = Date;
const now = () => Real.now() + skew;

// A proxy: `instanceof Date` and every form of the constructor stay what they are.
globalThis.Date = new Proxy(Real, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Real(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
