import type { Locator } from 'playwright-core';

/** What a person sees of it, with its line breaks; waits until it is there. */
export function seen(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: Playwright's, not the DOM's; the other one sees hidden text
  return locator.innerText();
}
