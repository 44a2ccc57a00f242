/** The rules of reversals: pure, and usable without Temporal. */
export * from './answer.ts';
export * from './asked.ts';
export * from './decide.ts';
export * from './keys.ts';
export * from './memory.ts';
export * from './order-view.ts';
export * from './outcome.ts';
export * from './overrides.ts';
export * from './request.ts';
export * from './resolution.ts';
export * from './reversal.ts';
export * from './rules.ts';
export * from './state.ts';
export * from './status.ts';
export * from './workflow-id.ts';
