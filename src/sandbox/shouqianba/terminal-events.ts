/** What happens to the terminal by somebody else's hand. */
import type { OrderEvent } from '../contract.ts';
import type { Terminal, Terminals } from './terminals.ts';

type Happen = (terminals: Terminals, terminal: Terminal, using: NonNullable<OrderEvent['with']>) => void;

const EVENTS: Readonly<Record<string, Happen>> = {
  /** Another writer checks in; twice, and every key that our client has is dead. */
  rotateKey(terminals, terminal, using) {
    for (let left = typeof using.times === 'number' ? using.times : 1; left > 0; left -= 1) terminals.rotate(terminal);
  },
  deactivateTerminal(_terminals, terminal) {
    terminal.active = false;
  },
  reactivateTerminal(_terminals, terminal) {
    terminal.active = true;
  },
};

/** False when the event is none of a terminal's. */
export function happenToTerminal(
  terminals: Terminals,
  terminal: Terminal,
  event: Pick<OrderEvent, 'name' | 'with'>,
): boolean {
  const happen = EVENTS[event.name];
  happen?.(terminals, terminal, event.with ?? {});
  return happen !== undefined;
}
