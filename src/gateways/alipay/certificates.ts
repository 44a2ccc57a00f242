/** Certificate mode: the serials that Alipay derives from certificates (specification 1.6). */
import { createHash, X509Certificate } from 'node:crypto';

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** DER of the object identifier 1.2.840.113549.1.1, under which every RSA signature algorithm stands. */
const RSA_OID = Buffer.from('2a864886f70d0101', 'hex');

/**
 * Serial of the first certificate of a PEM text: MD5 of the issuer, last attribute first, and the serial in decimal.
 *
 * @throws Error when the text holds no readable certificate
 */
export function certificateSerial(pem: string): string {
  const certificate = new X509Certificate(pem);
  const issuer = certificate.issuer.split('\n').reverse().join(',');
  const serial = BigInt(`0x${certificate.serialNumber}`).toString();
  return createHash('md5').update(`${issuer}${serial}`).digest('hex');
}

/**
 * Serial of the root bundle: one for every certificate signed with RSA, joined with `_`. Alipay's bundle also holds EC
 * and SM2 certificates, which do not count.
 *
 * @throws Error when the bundle has no certificate signed with RSA
 */
export function rootSerial(bundle: string): string {
  const serials = (bundle.match(PEM_BLOCK) ?? []).filter(isSignedWithRsa).map(certificateSerial);
  if (serials.length === 0) throw new Error('no certificate with an RSA signature in the root bundle');
  return serials.join('_');
}

/**
 * Reads `signatureAlgorithm` straight from the DER, `SEQUENCE { tbs, SEQUENCE { OID, … }, … }`: Node shows it only
 * from version 24.9 on.
 */
function isSignedWithRsa(pem: string): boolean {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  const toBeSigned = element(der, 0).start;
  const algorithm = element(der, element(der, toBeSigned).end).start;
  const oid = element(der, algorithm);
  return der.subarray(oid.start, oid.end).subarray(0, RSA_OID.length).equals(RSA_OID);
}

/** Where the content of the DER element at `at` starts and ends. */
function element(der: Buffer, at: number): { start: number; end: number } {
  const first = der.readUInt8(at + 1);
  const extra = first < 0x80 ? 0 : first & 0x7f;
  const length = extra === 0 ? first : der.readUIntBE(at + 2, extra);
  const start = at + 2 + extra;
  return { start, end: start + length };
}
