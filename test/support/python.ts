/** A Python with Temporal's SDK in it, made as the document says. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why tests were not run. */
export const NO_PYTHON = 'there is no python3 of 3.10 or later with pip and venv, or no network to install the SDK';

/** In CI the tests with Python are part of the result: there a missing one fails them. */
const mustHavePython = (): boolean => process.env.CI === 'true';

const NEW_ENOUGH = 'import sys; sys.exit(sys.version_info < (3, 10))';

/**
 * @param setUp the commands that make it
 * @returns whether it is there; false, with a line that says why, on a machine that lacks what it needs
 * @throws in CI, where it must be there
 */
export async function setUpPython(setUp: string): Promise<boolean> {
  try {
    await run('python3', ['-c', NEW_ENOUGH]);
    await run('/bin/sh', ['-e', '-c', setUp]);
    return true;
  } catch (cause) {
    if (mustHavePython()) throw new Error(NO_PYTHON, { cause });
    const why = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : String(cause);
    console.error(`NOT RUN: the Python program of the documents, since ${NO_PYTHON}: ${why}`);
    return false;
  }
}
