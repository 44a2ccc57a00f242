export { NOTHING, plus, rejected, type Tally } from '../protocol/sweep.ts';
export { UnusableViewError } from './columns.ts';
export type { OverdueConfig } from './config.ts';
export { tallyOfEnd } from './ended.ts';
export { type Asked, askedBy } from './request.ts';
export { type OverdueOrders, type OverdueRow, openOverdueOrders } from './view.ts';
