/** What gateways write for people, made fit to be kept. */

const LONGEST = 64;

/** Codes and numbers come from outside and may be of any length. */
export function short(text: string): string {
  return [...text].slice(0, LONGEST).join('');
}

/**
 * A message without what must not be kept: some quote the whole string to sign, token included, and others name the
 * buyer. So it ends at the first `=`, and account numbers, addresses and long codes are blanked.
 */
export function harmless(message: string): string {
  return short(
    message
      .split('=', 1)
      .join('')
      .replace(/\S+@\S+|[\d*]{6,}|[A-Za-z0-9+/_-]{24,}/g, '…'),
  );
}
