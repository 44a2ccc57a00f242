/** Ctrl-C and SIGTERM. */

/**
 * Resolves at the first SIGINT or SIGTERM, for an orderly end. A second one ends the process at once, with the code
 * that shells give to an interrupted command.
 */
export function interrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(signal === 'SIGINT' ? 130 : 143);
      asked = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
