/** Finds a Chromium for the tests in a browser. None is downloaded: Debian's package `chromium` is one. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Why tests were not run, and how to get one. */
export const NO_CHROMIUM =
  'there is no Chromium: install it (`apt-get install chromium`), or name an executable in CHROMIUM';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The executable that `CHROMIUM` names, else the first usual name on the PATH.
 *
 * @throws when `CHROMIUM` names nothing that can be run: a wrong name must not pass for a machine without one
 */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM is ${named}, which cannot be run`);
    return named;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE].find(isExecutable);
}

/** In CI the tests in a browser are part of the result: there a missing Chromium fails them. */
export const mustHaveChromium = (): boolean => process.env.CI === 'true';
