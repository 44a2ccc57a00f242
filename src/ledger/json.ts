/**
 * JSON that PostgreSQL takes for any value: its `jsonb` refuses NUL and broken surrogates, which a gateway's answer may
 * hold, and a journal line that is refused would be tried for ever.
 */
export function jsonOf(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '\u{fffd}').toWellFormed() : part,
  );
  return text ?? 'null';
}
