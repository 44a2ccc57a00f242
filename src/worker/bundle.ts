/** The workflow bundle: what a worker runs in its sandbox, and which of it all reversals of the worker share. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

/**
 * The rules and the decision: pure, so one frozen copy serves every workflow. Evaluated anew for each of them, as the
 * SDK does by default, the tables of all gateways are a twelfth of what a reversal costs in the sandbox (docs/performance.md).
 */
const SHARED = [
  'gateways/rules',
  'reversal/decide',
  'reversal/overrides',
  'reversal/reversal',
  'reversal/status',
] as const;

/**
 * Bundles the workflows; about a second.
 *
 * @param folder of the sources or of what was compiled from them
 * @returns code for the very version of the SDK that made it
 */
export async function bundleWorkflows(folder: URL, extension: '.ts' | '.js', logger: Logger): Promise<string> {
  const path = (module: string) => fileURLToPath(new URL(`${module}${extension}`, folder));
  const { code } = await bundleWorkflowCode({
    workflowsPath: path('workflows/index'),
    workflowInterceptorModules: [path('workflows/interceptors')],
    preloadModules: SHARED.map(path),
    logger,
  });
  return code;
}
