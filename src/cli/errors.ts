/** What a command can fail with, and the exit codes that scripts rely on. */

/** 0: done as asked. 1: it failed, or a conclusion and the money disagree. 2: the input or the command line is wrong. */
export const EXIT = { ok: 0, failed: 1, badInput: 2 } as const;

/** What the caller wrote is wrong; every problem is named. */
export class BadInput extends Error {
  readonly problems: readonly string[];
  constructor(message: string, problems: readonly string[] = []) {
    super([message, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.name = 'BadInput';
    this.problems = problems;
  }
}

/** The command could not do what was asked; the message is for people. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** A message without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
