/** Handlers of messages that go on after a request to cancel: what waits in a cancelled scope fails at once. */
import { CancellationScope } from '@temporalio/workflow';

export function lasting<Given extends unknown[], Told>(
  handle: (...given: Given) => Promise<Told>,
): (...given: Given) => Promise<Told> {
  return (...given) => CancellationScope.nonCancellable(() => handle(...given));
}
