export { UnusableViewError } from './columns.ts';
export type { OverdueConfig } from './config.ts';
export { tallyOfEnd } from './ended.ts';
export { type Asked, askedBy } from './request.ts';
export { NOTHING, plus, rejected, type Tally } from './tally.ts';
export { type OverdueOrders, type OverdueRow, openOverdueOrders } from './view.ts';
