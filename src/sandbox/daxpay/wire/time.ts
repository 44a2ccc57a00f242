const GMT8_MS = 8 * 3_600_000;

export function epochSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** `2026-01-05 14:30:00`, the server's wall clock (its image runs in Asia/Shanghai). */
export function wallTime(ms: number): string {
  return new Date(ms + GMT8_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Undefined when the text is not such a time. */
export function parseWallTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const ms = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `20260105143000`, as it stands in DaxPay's own numbers. */
export function stamp(ms: number): string {
  return wallTime(ms).replace(/\D/g, '');
}
