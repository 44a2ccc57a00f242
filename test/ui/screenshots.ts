/** The pictures of the documentation. They hold times and ids, so they are taken only when they are asked for. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const FOLDER = new URL('../../docs/images/', import.meta.url);
const MOST_BYTES = 200_000;

interface Frame {
  readonly width?: number;
  readonly height?: number;
  /** What is at the top of the picture; the head of the page when left out. */
  readonly from?: Locator;
}

/** Writes `docs/images/{name}.png` of what the page shows, when `UPDATE_SCREENSHOTS=1`. */
export async function picture(page: Page, name: string, { from, ...size }: Frame = {}): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  const viewport = page.viewportSize();
  if (viewport === null) throw new Error('the browser was started with a size of its pages');
  const frame = { ...viewport, ...size };
  await page.setViewportSize(frame);
  const top = Math.max(0, Math.floor((await from?.boundingBox())?.y ?? 0) - 16);
  const clip = { x: 0, y: top, width: frame.width, height: frame.height - top };
  const png = await page.screenshot({ animations: 'disabled', clip });
  await page.setViewportSize(viewport);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(fileURLToPath(new URL(`${name}.png`, FOLDER)), png);
  expect(png.length, `bytes of ${name}.png`).toBeLessThan(MOST_BYTES);
}
