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
  return [`${at(path)}: ${wordsOf(issue)}`];
}

const A_KIND: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with fields of its own',
  record: 'a section with fields of its own',
};

/** The library's own words are for programmers; what a schema says itself stays. */
function wordsOf(issue: Issue): string {
  if (!/^(Invalid|Too)\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'is missing';
      if (issue.expected === 'string' && issue.message.endsWith('received number')) {
        return 'must be a text: put the number in quotes';
      }
      return `must be ${A_KIND[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'must not be empty'
        : `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${issue.maximum} ${issue.origin === 'string' ? 'characters ' : ''}at most`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? 'has characters or a length that are not allowed'
        : `is not a valid ${issue.format}`;
    case 'invalid_union':
      return 'must be one of the forms that docs/configuration.md shows';
    default:
      return issue.message;
  }
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
