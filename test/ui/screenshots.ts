/** The pictures of the documentation. They hold times and ids, so they are taken only when they are asked for. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const FOLDER = new URL('../../docs/images/', import.meta.url);
const MOST_BYTES = 200_000;

/** Writes `docs/images/{name}.png` of what the page shows, when `UPDATE_SCREENSHOTS=1`. */
export async function picture(page: Page, name: string, height?: number): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  const viewport = page.viewportSize();
  if (viewport !== null && height !== undefined) await page.setViewportSize({ ...viewport, height });
  const png = await page.screenshot({ animations: 'disabled' });
  if (viewport !== null) await page.setViewportSize(viewport);
  expect(png.length, `bytes of ${name}.png`).toBeLessThan(MOST_BYTES);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(fileURLToPath(new URL(`${name}.png`, FOLDER)), png);
}
