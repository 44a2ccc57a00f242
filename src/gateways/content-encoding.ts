/** Takes off what a proxy has put around an answer: proxies compress even when they are asked not to. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** More than any gateway's answer; keeps a hostile or broken peer from filling the memory, compressed or not. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Nobody wraps an answer more often. */
const MOST_CODINGS = 3;

type Decode = (bytes: Buffer) => Buffer;

const bounded = { maxOutputLength: MAX_BODY_BYTES };
const gunzip: Decode = (bytes) => gunzipSync(bytes, bounded);
/** With the two bytes of zlib in front, as the standard says, or without them, as some servers send it. */
const inflate: Decode = (bytes) => {
  const isZlib = bytes.length >= 2 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return isZlib ? inflateSync(bytes, bounded) : inflateRawSync(bytes, bounded);
};

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', (bytes) => brotliDecompressSync(bytes, bounded)],
  ['identity', (bytes) => bytes],
]);

/** @returns undefined for an encoding that nobody knows, bytes that are not of it, or more than the limit */
export function decoded(body: Buffer, header: string | undefined): Buffer | undefined {
  const codings = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (body.length === 0) return body;
  if (codings.length > MOST_CODINGS) return undefined;
  try {
    // The last one was put on last.
    return codings.reduceRight((bytes, name) => {
      const decode = DECODERS.get(name);
      if (decode === undefined) throw new Error('unknown encoding');
      return decode(bytes);
    }, body);
  } catch {
    return undefined;
  }
}
