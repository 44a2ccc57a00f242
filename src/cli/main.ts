#!/usr/bin/env node
/** The command `unwind`. */
import { Command, CommanderError } from 'commander';
import { addApi } from './api.ts';
import { addAudit } from './audit.ts';
import { addDemo } from './demo.ts';
import { addDoctor } from './doctor.ts';
import { BadInput, EXIT, messageOf } from './errors.ts';
import { addFind } from './find.ts';
import { addList } from './list.ts';
import { addOperators } from './operators.ts';
import { tell } from './output.ts';
import { addResubmit } from './resubmit.ts';
import { addSandbox } from './sandbox.ts';
import { addShow } from './show.ts';
import { addStart } from './start.ts';
import { addStatus } from './status.ts';
import { addTerminal } from './terminal.ts';
import { addWorker } from './worker.ts';

function createProgram(): Command {
  const program = new Command('unwind')
    .description('Durable payment reversals on Temporal: look at the order, decide, undo, look again, record.')
    .exitOverride()
    .showHelpAfterError('Add --help to see what it takes.')
    .addHelpText(
      'after',
      '\nExit codes: 0 done as asked; 1 failed, or conclusion and money disagree; 2 wrong input or command line.\n' +
        'Temporal: address, namespace, TLS and API key as for the `temporal` command (TEMPORAL_ADDRESS, … or a profile).',
    );
  for (const add of [
    addWorker,
    addApi,
    addSandbox,
    addDemo,
    addStart,
    addFind,
    addStatus,
    addList,
    addShow,
    addResubmit,
    addOperators,
    addAudit,
    addDoctor,
    addTerminal,
  ])
    add(program);
  return program;
}

/** By name where the class would load half of the program. */
const isBadInput = (error: unknown) =>
  error instanceof BadInput ||
  (error instanceof Error && (error.name === 'ConfigError' || error.name === 'InvalidRequestError'));

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has told already what is wrong; help and version are no failure.
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
      return;
    }
    const stack = process.env.UNWIND_DEBUG && error instanceof Error ? error.stack : undefined;
    tell(`unwind: ${stack ?? messageOf(error)}`);
    process.exitCode = isBadInput(error) ? EXIT.badInput : EXIT.failed;
  }
}

// Whoever read our output has seen enough (`| head`): end like any other command does then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(141);
  throw error;
});

await main();
