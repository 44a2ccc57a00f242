/** What is mutated, part by part, and the tests that must notice: quick ones, without a Temporal server. */
export interface Part {
  readonly mutate: readonly string[];
  /** Test files, in the order in which they are asked: the slowest last. */
  readonly tests: readonly string[];
}

export const PARTS: Readonly<Record<string, Part>> = {
  reversal: {
    mutate: ['src/reversal/*.ts'],
    tests: ['test/reversal/*.test.ts', 'test/conformance/cells.test.ts', 'test/docs/decisions.test.ts'],
  },
  alipay: {
    mutate: ['src/gateways/alipay/codes.ts', 'src/gateways/alipay/sign.ts'],
    tests: [
      'test/gateways/alipay/{codes,keys,vectors,envelope,sdk-oracle,account,answers,views}.test.ts',
      'test/docs/decisions.test.ts',
    ],
  },
  shouqianba: {
    mutate: ['src/gateways/shouqianba/codes.ts', 'src/gateways/shouqianba/sign.ts'],
    tests: ['test/gateways/shouqianba/{codes,sign,tables,envelope}.test.ts', 'test/docs/decisions.test.ts'],
  },
  daxpay: {
    mutate: ['src/gateways/daxpay/codes.ts', 'src/gateways/daxpay/statuses.ts', 'src/gateways/daxpay/sign.ts'],
    tests: [
      'test/gateways/daxpay/{sign,sign-text,codes,views,account,real-server}.test.ts',
      'test/docs/decisions.test.ts',
    ],
  },
};

/** The part of this process: the command names it to the runners that it starts. */
export function partOf(): Part {
  const part = PARTS[process.env.UNWIND_MUTATION_PART ?? ''];
  if (part === undefined) throw new Error('UNWIND_MUTATION_PART names no part');
  return part;
}
