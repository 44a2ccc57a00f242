/** What zod found, as lines that a person can act on. No line ever shows a value: it may be a secret. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** @param prefix where in the file the checked part is */
export function issuesOf(error: z.ZodError, prefix: readonly string[]): string[] {
  return error.issues.flatMap((issue) => linesOf(issue, prefix));
}

function linesOf(issue: Issue, prefix: readonly string[]): string[] {
  const path = [...prefix, ...issue.path.map(String)];
  const at = (rest: readonly string[]) => rest.join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${at([...path, key])}: unknown field`);
  if (issue.code === 'invalid_union' && isSecretRef(issue.errors)) {
    return [`${at(path)}: must be { file: … } or { env: … }; a secret itself never stands in the configuration`];
  }
  return [`${at(path)}: ${issue.message}`];
}

/** The one union of objects in the configuration that has no discriminator: a secret by its file or its variable. */
function isSecretRef(branches: readonly (readonly Issue[])[]): boolean {
  return (
    branches.length > 0 &&
    branches.every((branch) =>
      branch.some((issue) => issue.code === 'invalid_type' || issue.code === 'unrecognized_keys'),
    )
  );
}
