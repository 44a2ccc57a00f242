/** The page with the list of workflows: filter, saved views, columns. */
import type { Locator, Page } from 'playwright-core';

export class WorkflowList {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens it at a link as documents give it, starting with `/namespaces/`. */
  async open(uiUrl: string, link = '/namespaces/default/workflows'): Promise<void> {
    await this.#page.goto(`${uiUrl}${link}`);
    await this.#page.getByTestId('workflows-summary-table-configuration-button').waitFor();
  }

  /** Leaves the list more room: the menu on the left shrinks to its icons. */
  narrowMenu(): Promise<void> {
    return this.#page.getByTestId('navigation-header').getByRole('button').first().click();
  }

  /** A view under *Custom Views*, by the name that its link gave it. */
  chooseView(name: string): Promise<void> {
    return this.#page.getByRole('button', { name, exact: true }).click();
  }

  /** The clock in the head of the page, *Relative*: `Start` then tells the age. The browser remembers that, too. */
  async relativeTimes(): Promise<void> {
    const clock = this.#page.getByTestId('timezones-menu-button');
    await clock.click();
    await this.#page.getByText('Relative', { exact: true }).click();
    await clock.click();
  }

  /** *Configure Workflows Table*, the last button under the list. The browser remembers the columns. */
  async columns(change: { readonly add: readonly string[]; readonly remove: readonly string[] }): Promise<void> {
    await this.#page.getByTestId('workflows-summary-table-configuration-button').click();
    for (const name of change.add) await this.#page.getByLabel(`Add ${name} column`, { exact: true }).click();
    for (const name of change.remove) await this.#page.getByLabel(`Remove ${name} column`, { exact: true }).click();
    await this.#page.getByTestId('drawer-close-button').click();
  }

  /** The rows as they are now, by the headings of their columns. */
  async rows(): Promise<Readonly<Record<string, string>>[]> {
    const headings = await this.#page.locator('thead th').allInnerTexts();
    const rows: Readonly<Record<string, string>>[] = [];
    for (const row of await this.#rows().all()) {
      const cells = await row.locator('td').allInnerTexts();
      rows.push(Object.fromEntries(headings.map((heading, at) => [heading.trim(), (cells[at] ?? '').trim()])));
    }
    return rows;
  }

  /** The ids of the workflows in the list, in the order of the alphabet. */
  async ids(): Promise<string[]> {
    return (await this.rows()).map((row) => row['Workflow ID'] ?? '').sort();
  }

  openWorkflow(workflowId: string): Promise<void> {
    return this.#rows().getByRole('link', { name: workflowId, exact: true }).click();
  }

  #rows(): Locator {
    return this.#page.getByTestId('workflows-summary-configurable-table-row');
  }
}
