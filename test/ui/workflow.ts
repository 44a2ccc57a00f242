/** The page of one workflow. */
import type { Page } from 'playwright-core';
import { seen } from './seen.ts';

export class WorkflowPage {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  /** The page follows its workflow by itself while that runs. */
  status(): Promise<string> {
    return seen(this.#page.locator('main').getByTestId('workflow-status').locator('visible=true').first());
  }

  tab(name: 'timeline' | 'user-metadata'): Promise<void> {
    return this.#page.getByTestId(`${name}-tab`).click();
  }

  /** On the tab *User Metadata*; each is rendered in a frame of its own. */
  metadata(part: 'summary' | 'current details'): Promise<string> {
    const frames = this.#page.locator('main iframe');
    const frame = part === 'summary' ? frames.first() : frames.last();
    return seen(frame.contentFrame().locator('body'));
  }

  /** On the tab *Timeline*: the input, and the result or the failure. */
  inputAndResult(): Promise<string> {
    return seen(this.#page.getByTestId('input-and-result').locator('visible=true'));
  }

  /** The names beside the bars of the timeline. */
  timeline(): Promise<string> {
    return seen(this.#page.locator('#event-history-timeline-graph').locator('visible=true'));
  }

  async choose(action: 'Send an Update'): Promise<void> {
    await this.#page.getByRole('button', { name: 'More Actions' }).click();
    await this.#page.getByRole('menuitem', { name: action }).click();
  }
}
