/** Another version of the workflows: a copy of the sources with one deliberate change, bundled as a worker's are. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { bundleWorkflows } from '../../src/worker/bundle.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Edit {
  /** Below `src`. */
  readonly file: string;
  /** Found exactly once: a change that no longer applies is no change. */
  readonly from: string;
  readonly to: string;
}

/** @throws when an edit does not apply */
export async function changedBundle(...edits: readonly Edit[]): Promise<WorkflowBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-changed-'));
  try {
    await cp(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, from, to } of edits) {
      const path = join(folder, 'src', file);
      const parts = (await readFile(path, 'utf8')).split(from);
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
      await writeFile(path, parts.join(to));
    }
    return { code: await bundleWorkflows(pathToFileURL(`${folder}/src/`), '.ts', new DefaultLogger('WARN')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
