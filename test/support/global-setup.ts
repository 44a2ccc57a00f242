/** Finds or builds the Temporal CLI once, with visible progress, before any suite waits for a server. */
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';

export default async function setup(): Promise<void> {
  process.env.TEMPORAL_CLI = await findTemporalCli({ log: (line) => process.stderr.write(`${line}\n`) });
}
