/** Secrets, and where any part of one shows. */

/** So much of a secret is one. */
const WINDOW = 20;

export interface Secrets {
  /** A PEM's lines are taken one by one, as are the parts of what is shorter than a window. */
  add(name: string, text: string): void;
  readonly names: readonly string[];
  /** Every place in a text where a part of a secret stands: the name of the secret, and what is around it. */
  foundIn(text: string): readonly string[];
}

export function createSecrets(): Secrets {
  const parts = new Map<string, string>();
  const short = new Map<string, string>();
  const names: string[] = [];
  return {
    names,
    add(name, text) {
      const body = text.replaceAll(/-----[^-]+-----/g, '').trim();
      if (body === '') return;
      names.push(name);
      for (const line of body.split(/\s+/)) {
        // The last line of a key can be a few letters, which stand everywhere.
        if (line.length < WINDOW) {
          if (line.length >= 8) short.set(line, name);
          continue;
        }
        for (let at = 0; at + WINDOW <= line.length; at++) parts.set(line.slice(at, at + WINDOW), name);
      }
    },
    foundIn(text) {
      const found = new Set<string>();
      const show = (name: string, at: number) => {
        found.add(`${name}: …${text.slice(Math.max(0, at - 60), at + WINDOW)}…`);
      };
      for (const [secret, name] of short) {
        const at = text.indexOf(secret);
        if (at >= 0) show(name, at);
      }
      for (let at = 0; at + WINDOW <= text.length; at++) {
        const name = parts.get(text.slice(at, at + WINDOW));
        if (name === undefined) continue;
        show(name, at);
        at += WINDOW * 20;
      }
      return [...found].slice(0, 5);
    },
  };
}

/** What a request or answer on the wire carries that must stay there. */
const ON_WIRE: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['signature sent', /sign=([A-Za-z0-9+/=%]{32,})/g],
  ['signature sent', /"authorization":"\S+ ([0-9a-f]{32})"/g],
  ['signature sent or received', /"sign":"([^"]{20,})"/g],
  ['signature received', /"alipay-signature":"([^"]{20,})"/g],
  ['terminal key after a check-in', /"terminal_key":"([^"]+)"/g],
];

/** The secrets in one request or answer. */
export function overheard(text: string): readonly (readonly [name: string, secret: string])[] {
  return ON_WIRE.flatMap(([name, pattern]) =>
    [...text.matchAll(pattern)].map(([, secret = '']) => [name, decodeURIComponent(secret)] as const),
  );
}
