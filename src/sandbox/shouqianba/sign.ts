/** Request signatures. Answers of this gateway are not signed. */
import { createHash } from 'node:crypto';

/** Lower-case hex of MD5 over the body's bytes as they came, then the key's UTF-8 bytes. */
export function signBody(body: Uint8Array, key: string): string {
  return createHash('md5').update(body).update(key, 'utf8').digest('hex');
}

export interface Authorization {
  readonly sn: string;
  readonly sign: string;
}

/** `<sn> <sign>`, one single space; the sign's letter case is left for the comparison to judge. */
export function readAuthorization(header: string | undefined): Authorization | undefined {
  const parts = /^(\S+) ([0-9a-fA-F]{32})$/.exec(header ?? '');
  const [, sn, sign] = parts ?? [];
  return sn === undefined || sign === undefined ? undefined : { sn, sign };
}
