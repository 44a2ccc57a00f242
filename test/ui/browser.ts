/** A real Chromium, with one page of a fresh profile for the suites of a file. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium, NO_CHROMIUM } from '../support/chromium.ts';

/** Without them Chromium calls home at every start. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Wide enough for the list's columns, high enough for a whole form. */
const VIEWPORT = { width: 1280, height: 1000 };

/** Every wait for the page: a busy machine takes seconds for what a person does not notice. */
const PATIENCE_MS = 30_000;

export function usePage(): { readonly page: Page } {
  let browser: Browser | undefined;
  let page: Page | undefined;
  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error(`The Web UI was not tested: ${NO_CHROMIUM}`);
    browser = await chromium.launch({ executablePath, args: QUIET });
    const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US', timezoneId: 'UTC' });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
  });
  afterAll(() => browser?.close());
  return {
    get page() {
      if (page === undefined) throw new Error('the browser is up within tests only');
      return page;
    },
  };
}
