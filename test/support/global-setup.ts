/** Gets the Temporal CLI once, before the tests: a build takes minutes, and two files would build at the same time. */
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';

export default async function setup(): Promise<void> {
  const log = (line: string) => console.error(line);
  try {
    // The workers inherit it.
    process.env.TEMPORAL_CLI = await findTemporalCli({ log });
  } catch (error) {
    // The tests that need a server fail for the same reason; the others need not.
    log(error instanceof Error ? error.message : String(error));
  }
}
