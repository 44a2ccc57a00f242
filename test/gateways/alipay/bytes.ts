/** A form as it is on the wire once it is no longer URL-encoded: a character for each byte. */
export function bytesOf(form: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  return new Map([...form].map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
}
