export type { AlipayOptions } from './alipay/options.ts';
export { alipaySystem, createAlipaySystem } from './alipay/system.ts';
export type * from './contract.ts';
export { EVERY_ORDER } from './faults.ts';
export { MoneyError } from './money.ts';
export { type SandboxOptions, startSandbox } from './server.ts';
export { systems } from './systems.ts';
