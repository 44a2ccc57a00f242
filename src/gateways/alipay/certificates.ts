/** Certificate mode: the serials that Alipay derives from certificates (specification 1.6). */
import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import { certificatesOf } from '../keys.ts';

/** DER of the object identifier 1.2.840.113549.1.1, under which every RSA signature algorithm stands. */
const RSA_OID = Buffer.from('2a864886f70d0101', 'hex');

/** Serial of a certificate: MD5 of the issuer, last attribute first, and the serial in decimal. */
export function certificateSerial(certificate: X509Certificate): string {
  const issuer = certificate.issuer.split('\n').reverse().join(',');
  const serial = BigInt(`0x${certificate.serialNumber}`).toString();
  return createHash('md5').update(`${issuer}${serial}`).digest('hex');
}

/**
 * Serial of the root bundle: one for every certificate signed with RSA, joined with `_`. Alipay's bundle also holds EC
 * and SM2 certificates, which do not count.
 *
 * @throws Error when the bundle has no certificate of an authority, or none signed with RSA
 */
export function rootSerial(bundle: string): string {
  const all = certificatesOf(bundle);
  if (!all.some(({ certificate }) => isAuthority(certificate))) {
    throw new Error("holds no root: is it the application's certificate, or alipayCert's");
  }
  const serials = all
    .filter(({ der }) => isSignedWithRsa(der))
    .map(({ certificate }) => certificateSerial(certificate));
  if (serials.length === 0) throw new Error('no certificate with an RSA signature in the root bundle');
  return serials.join('_');
}

const isAuthority = ({ ca, subject, issuer }: X509Certificate) => ca || subject === issuer;

/**
 * The certificate of a file whose others, if any, are the authorities above it, as Alipay hands out its own.
 *
 * @throws Error in words for the root's file, and where several could be meant
 */
export function leafOf(text: string): X509Certificate {
  const leaves = certificatesOf(text)
    .map(({ certificate }) => certificate)
    .filter(({ ca }) => !ca);
  const [leaf, ...more] = leaves;
  if (leaf === undefined) throw new Error("is an authority's certificate: does it belong to alipayRootCert");
  if (more.some(({ fingerprint256 }) => fingerprint256 !== leaf.fingerprint256)) {
    throw new Error('holds several certificates, and which is meant cannot be told: keep that one');
  }
  return leaf;
}

/** The application's own. @throws Error in words */
export function appCertificate(text: string, privateKey: KeyObject | undefined): X509Certificate {
  const certificate = leafOf(text);
  if (privateKey !== undefined && !certificate.checkPrivateKey(privateKey)) {
    throw new Error("does not belong to privateKey: is it another application's, or Alipay's");
  }
  return certificate;
}

/** Alipay's, whose key verifies. @throws Error in words */
export function alipayCertificate(text: string, privateKey: KeyObject | undefined): X509Certificate {
  const certificate = leafOf(text);
  if (privateKey !== undefined && certificate.checkPrivateKey(privateKey)) {
    throw new Error("is the application's own certificate; Alipay's (alipayCertPublicKey_RSA2.crt) is needed");
  }
  return certificate;
}

/**
 * Reads `signatureAlgorithm` straight from the DER, `SEQUENCE { tbs, SEQUENCE { OID, … }, … }`: Node shows it only
 * from version 24.9 on.
 */
function isSignedWithRsa(der: Buffer): boolean {
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
