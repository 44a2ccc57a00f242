/** Activation and check-in. */
import type { z } from 'zod';
import type { Acted } from './cancel.ts';
import { layer1, processed } from './envelope.ts';
import type { activateSchema } from './requests.ts';
import { digits, newKey, type Terminal, type Terminals } from './terminals.ts';

/** Rotates the terminal's key. The answer alone holds the new one: when it is lost, the old key is the previous. */
export function checkin(terminals: Terminals, terminal: Terminal): Acted {
  const key = terminals.rotate(terminal);
  return { reply: processed({ terminal_sn: terminal.sn, terminal_key: key }), executed: true };
}

export interface Activation {
  readonly appId: string;
  readonly code: string;
  /** How often the code can still be used. */
  usesLeft(): number;
}

/** A new terminal for the activation code. */
export function activate(terminals: Terminals, known: Activation, body: z.infer<typeof activateSchema>): Acted {
  if (body.app_id !== known.appId || body.code !== known.code || known.usesLeft() < 1) {
    return { reply: layer1('ACTIVATE_FAIL', 'activation refused'), executed: false };
  }
  const { sn, current } = terminals.add(`1000${digits(14)}`, newKey());
  const names = { merchant_sn: '', merchant_name: '', store_sn: '', store_name: '' };
  return { reply: processed({ terminal_sn: sn, terminal_key: current.value, ...names }), executed: true };
}
