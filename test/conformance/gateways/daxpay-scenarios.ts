import type { Scenario } from './scenario.ts';
export const daxpayScenarios = (_profile: 'c' | 'e' | 'f'): readonly Scenario[] => [];
