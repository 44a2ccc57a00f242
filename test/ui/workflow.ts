/** The page of one workflow. */
import type { Locator, Page } from 'playwright-core';
import { seen } from './seen.ts';

export class WorkflowPage {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  async open(uiUrl: string, workflowId: string): Promise<void> {
    await this.#page.goto(`${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`);
    await this.status();
  }

  /** The status, beside the workflow's id and above all else. */
  get head(): Locator {
    return this.#page.locator('main').getByTestId('workflow-status').locator('visible=true').first();
  }

  /** The page follows its workflow by itself while that runs. */
  status(): Promise<string> {
    return seen(this.head);
  }

  tab(name: 'timeline' | 'user-metadata'): Promise<void> {
    return this.#page.getByTestId(`${name}-tab`).click();
  }

  /** Below the workflow's id, times and buttons. */
  get tabs(): Locator {
    return this.#page.getByTestId('timeline-tab');
  }

  /** On the tab *User Metadata*; each is rendered in a frame of its own. */
  metadata(part: 'summary' | 'current details'): Promise<string> {
    return seen(this.#metadata(part));
  }

  /** A link of the current details; it opens a tab. */
  async follow(text: string): Promise<void> {
    const link = this.#metadata('current details').getByRole('link', { name: text, exact: true });
    await Promise.all([this.#page.context().waitForEvent('page'), link.click()]);
  }

  /** On the tab *Timeline*: the input, and the result or the failure. */
  inputAndResult(): Promise<string> {
    return seen(this.#page.getByTestId('input-and-result').locator('visible=true'));
  }

  /** The names beside the bars of the timeline. */
  timeline(): Promise<string> {
    return seen(this.#page.locator('#event-history-timeline-graph').locator('visible=true'));
  }

  async choose(action: 'Send an Update' | 'Start Workflow Like This One'): Promise<void> {
    await this.#page.getByRole('button', { name: 'More Actions' }).click();
    await this.#page.getByRole('menuitem', { name: action }).click();
  }

  /** The blue button, and *Confirm* in the dialog that it opens. */
  async requestCancellation(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Request Cancellation' }).click();
    await this.#page.getByTestId('confirm-modal-button').locator('visible=true').click();
  }

  #metadata(part: 'summary' | 'current details'): Locator {
    const frames = this.#page.locator('main iframe');
    const frame = part === 'summary' ? frames.first() : frames.last();
    return frame.contentFrame().locator('body');
  }
}
