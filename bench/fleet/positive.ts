/** A number of the command line. @throws with the option's name when it is none above 0 */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new Error(`--${option} must be a number above 0, not ${text}`);
  return value;
}
