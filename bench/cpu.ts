/** What the operating system says about another process. Linux only: elsewhere the figures are left out. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The clock ticks of /proc a second; 100 on every Linux that matters, but it is the system's to say. */
let ticksPerSecond: number | undefined;

function ticks(): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticksPerSecond;
}

export const CPU_IS_MEASURED = process.platform === 'linux';

/** User and system time of a process and all of its threads so far, in milliseconds; the resolution is 10 ms. */
export function cpuMs(pid: number): number {
  if (!CPU_IS_MEASURED) return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the command in parentheses and may hold blanks; utime and stime are the 14th and the 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks();
}

/** Resident memory of a process in KiB. */
export function residentKib(pid: number): number {
  if (!CPU_IS_MEASURED) return Number.NaN;
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]);
}
