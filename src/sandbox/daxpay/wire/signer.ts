import type { JsonObject } from './json.ts';
import { rsaKeys, rsaSign, rsaVerify } from './sign-rsa.ts';
import { type SecretKey, secretSign } from './sign-secret.ts';

/** The keys of one profile's only merchant. */
export interface Signer {
  readonly credentials: Readonly<Record<string, string>>;
  readonly mchNo?: string;
  readonly appId?: string;
  /** Whether the request, as the server's own class holds it, bears this signature. */
  verify(members: JsonObject, signature: string): boolean;
  sign(members: JsonObject): string;
}

const MERCHANT = { mchNo: 'M1723635576766', appId: 'M8207639754663343' };

function secretSigner(key: SecretKey, merchant: { mchNo?: string; appId?: string } = {}): Signer {
  return {
    ...merchant,
    credentials: { secret: key.secret, signType: key.signType, ...merchant },
    // Exact and lower case, in every profile (spec 1.2).
    verify: (members, signature) => secretSign(members, key) === signature,
    sign: (members) => secretSign(members, key),
  };
}

/** C's secret is the one of the shipped platform row. */
export const signerC = (): Signer => secretSigner({ secret: '123456', signType: 'HMAC_SHA256', upperCase: false });

export const signerE = (): Signer =>
  secretSigner({ secret: 'sandbox-secret-0123456789abcDEF', signType: 'HMAC_SHA256', upperCase: true }, MERCHANT);

export function signerF(): Signer {
  const { merchant, platform } = rsaKeys();
  return {
    ...MERCHANT,
    credentials: { ...MERCHANT, privateKey: merchant.privateKey, platformPublicKey: platform.publicKey },
    verify: (members, signature) => rsaVerify(members, signature, merchant.publicKey),
    sign: (members) => rsaSign(members, platform.privateKey),
  };
}
