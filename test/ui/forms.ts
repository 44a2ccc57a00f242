/** The forms that people send: an update to a reversal, and the start of a workflow. */
import type { Locator, Page } from 'playwright-core';
import { seen } from './seen.ts';

/**
 * As the form writes it itself when the box is left. One line would grow into several under the pointer, the button
 * would move away, and the click would hit nothing: people then press *Submit* a second time.
 */
const written = (input: unknown) => JSON.stringify(input, null, 2);

/** *More Actions*, *Send an Update*. */
export class UpdateForm {
  readonly #form: Locator;
  constructor(page: Page) {
    this.#form = page.getByTestId('update-confirmation-modal').locator('visible=true');
  }

  /** What the list of names says below `name`. */
  async choose(name: string): Promise<string> {
    await this.#form.getByTestId('update-select-button').click();
    const option = this.#form.getByRole('option').filter({ has: this.#form.page().getByText(name, { exact: true }) });
    const text = await seen(option);
    await option.click();
    return text;
  }

  fill(input: unknown): Promise<void> {
    return this.#form.locator('[contenteditable=true]').fill(written(input));
  }

  submit(): Promise<void> {
    return this.#form.getByTestId('confirm-modal-button').click();
  }

  /** What the form answers when the update was refused. */
  refusal(): Promise<string> {
    return seen(this.#form.getByRole('alert').locator('visible=true').first());
  }

  cancel(): Promise<void> {
    return this.#form.getByTestId('cancel-modal-button').click();
  }

  /** It closes when the update was done; a message in the corner says so. */
  async untilDone(): Promise<void> {
    await this.#form.page().getByText('Update successful').waitFor();
    await this.#form.waitFor({ state: 'hidden' });
  }
}

export interface Start {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly workflowType: string;
}

/** *Start Workflow*. A link fills in everything but the input. */
export class StartForm {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  async open(uiUrl: string, start: Start): Promise<void> {
    const query = new URLSearchParams({ ...start });
    await this.#page.goto(`${uiUrl}/namespaces/default/workflows/start-workflow?${query}`);
    await this.#page.getByText('Task Queue is Active').waitFor();
  }

  fill(input: unknown): Promise<void> {
    return this.#page.locator('main [contenteditable=true]').first().fill(written(input));
  }

  start(): Promise<void> {
    return this.#page.getByTestId('start-workflow-button').click();
  }

  /** The form stays; the way to the workflow is the message in the corner. It says so of a bad request, too. */
  openStarted(): Promise<void> {
    return this.#page.getByRole('link', { name: 'Workflow started successfully' }).click();
  }
}
