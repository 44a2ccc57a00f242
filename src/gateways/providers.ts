/** The gateways that come with Unwind, by their names in requests. Free of their code, so that clients can use it. */
export const PROVIDERS = ['alipay', 'shouqianba', 'daxpay'] as const;
export type Provider = (typeof PROVIDERS)[number];
