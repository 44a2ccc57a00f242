import type { Scenario } from './scenario.ts';
export const alipayScenarios: readonly Scenario[] = [];
