/** A self-signed certificate for tests, in the least DER that X.509 allows: no tool and no library needed. */
import { type KeyObject, sign } from 'node:crypto';

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const length = content.length;
  const head = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
};
const SEQUENCE = 0x30;
const SET = 0x31;
const hex = (text: string) => Buffer.from(text, 'hex');
const attribute = (oid: string, value: string) =>
  der(SET, der(SEQUENCE, der(0x06, hex(oid)), der(0x0c, Buffer.from(value))));
const ALGORITHM = der(SEQUENCE, der(0x06, hex('2a864886f70d01010b')), der(0x05)); // sha256WithRSAEncryption

/** Issuer and subject are C=CN, O=Test, CN=name; the serial number must have a first byte below 0x80. */
export function selfSigned(
  name: string,
  serial: string,
  keys: { publicKey: KeyObject; privateKey: KeyObject },
): string {
  const who = der(SEQUENCE, attribute('550406', 'CN'), attribute('55040a', 'Test'), attribute('550403', name));
  const validity = der(SEQUENCE, der(0x17, Buffer.from('260101000000Z')), der(0x17, Buffer.from('360101000000Z')));
  const key = keys.publicKey.export({ format: 'der', type: 'spki' });
  const body = der(SEQUENCE, der(0x02, hex(serial)), ALGORITHM, who, validity, who, key);
  const signature = der(0x03, Buffer.from([0]), sign('RSA-SHA256', body, keys.privateKey));
  const text = der(SEQUENCE, body, ALGORITHM, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}
