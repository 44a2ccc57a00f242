/**
 * The shapes in which keys and certificates arrive: PEM or bare base64; in quotes; with literal `\n` from an environment
 * variable, with blanks for line breaks; from an editor that added a byte order mark or turned dashes; as UTF-16. What a
 * block is tells its content, never its header, which is often the wrong one.
 */
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

export type KeyItem =
  | { readonly kind: 'private' | 'public'; readonly key: KeyObject }
  | { readonly kind: 'certificate'; readonly certificate: X509Certificate; readonly der: Buffer }
  /** `words` completes "it …"; no part of the content is in them. */
  | { readonly kind: 'other'; readonly words: string };

const MARKER =
  /-*\s*\b(BEGIN|END) ((?:[A-Z0-9]+ )*?(?:PRIVATE KEY|PUBLIC KEY|NEW CERTIFICATE REQUEST|CERTIFICATE REQUEST|CERTIFICATE))\s*-*/g;

/** Everything that is no base64 and no frame, whatever put it there. */
function plain(text: string): string {
  return text
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\\+[rn]/g, '\n')
    .replace(/[^\x20-\x7e]/g, (char) => (/\s/.test(char) ? '\n' : ''))
    .replace(/["'`;,\\]/g, ' ');
}

interface Block {
  readonly label: string;
  readonly body: string;
}

function blocksOf(text: string): Block[] {
  const given = plain(text);
  const markers = [...given.matchAll(MARKER)];
  const isFramed = markers.some(([, side]) => side === 'BEGIN');
  if (!isFramed) {
    const [end] = markers;
    const body = end === undefined ? given : given.slice(0, end.index);
    return body.trim() === '' ? [] : [{ label: end?.[2] ?? '', body }];
  }
  return markers.flatMap(([marker, side, label = ''], index) => {
    if (side !== 'BEGIN') return [];
    const { index: at = 0 } = markers[index] ?? {};
    return [{ label, body: given.slice(at + marker.length, markers[index + 1]?.index) }];
  });
}

/** OpenSSL's own messages are dropped: they help nobody here, and one less place can quote a key. */
function attempt<T>(load: () => T): T | undefined {
  try {
    return load();
  } catch {
    return undefined;
  }
}

function privateKeyIn(key: Buffer): KeyObject | undefined {
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    const found = attempt(() => createPrivateKey({ key, format: 'der', type }));
    if (found !== undefined) return found;
  }
  return undefined;
}

function publicKeyIn(key: Buffer): KeyObject | undefined {
  for (const type of ['spki', 'pkcs1'] as const) {
    const found = attempt(() => createPublicKey({ key, format: 'der', type }));
    if (found !== undefined) return found;
  }
  return undefined;
}

const other = (words: string): KeyItem => ({ kind: 'other', words });

function itemOf({ label, body }: Block): KeyItem {
  if (/ENCRYPTED/.test(label + body))
    return other('is an encrypted key: remove its passphrase, the file stays a secret');
  if (label.startsWith('OPENSSH')) return other('is an OpenSSH key: convert it with `ssh-keygen -p -m PEM`');
  if (label.endsWith('REQUEST')) return other('is a certificate request (CSR), and no certificate yet');
  const der = Buffer.from(body.replace(/\s+/g, ''), 'base64');
  const certificate = attempt(() => new X509Certificate(der));
  if (certificate !== undefined) return { kind: 'certificate', certificate, der };
  const privateKey = privateKeyIn(der);
  if (privateKey !== undefined) return { kind: 'private', key: privateKey };
  const publicKey = publicKeyIn(der);
  if (publicKey !== undefined) return { kind: 'public', key: publicKey };
  return other(label === 'CERTIFICATE' ? 'is not a readable certificate' : '');
}

/** What a text holds, in its order. */
export function keyItemsOf(text: string): KeyItem[] {
  return blocksOf(text).map(itemOf);
}
