/** What the benchmark's processes tell each other, checked where it arrives. */
import { z } from 'zod';

/** The merchant accounts: the same emulated gateway twice, one that answers at once and one that takes its time. */
export const ACCOUNTS = { prompt: 0, distant: 30 } as const;
export type AccountName = keyof typeof ACCOUNTS;

export const BARE_QUEUE = 'bench-bare';

export const gatewayReady = z.record(
  z.string(),
  z.object({ endpoint: z.string(), credentials: z.record(z.string(), z.string()) }),
);
export type GatewayReady = z.infer<typeof gatewayReady>;

/** Orders to be there before they are reversed: paid in full, under these numbers. */
export const seedRequest = z.object({ account: z.string(), orderIds: z.array(z.string()), amount: z.number() });
export type SeedRequest = z.infer<typeof seedRequest>;

export const workerSetup = z.object({ address: z.string(), namespace: z.string(), accounts: gatewayReady });
export type WorkerSetup = z.infer<typeof workerSetup>;
