import type { Scenario } from './scenario.ts';
export const shouqianbaScenarios: readonly Scenario[] = [];
