import { z } from 'zod';

const on = z.boolean().exactOptional();

/** What an answer can look like other than plain. As flags of an order: every answer; as a fault: the one it hits. */
export const shapeSchema = z.strictObject({
  /** A well-formed signature over another text. */
  wrongSignature: on,
  noSignature: on,
  /** Signed with a key that is not the platform's. */
  otherKey: on,
  /** The valid signature of the same answer for another order. */
  signatureOfOther: on,
  /** A second, forged node of the same name, as the last one: what a careless parser reads. */
  duplicateNode: on,
  /** `sign` before the node. */
  signFirst: on,
  /** The node under `error_response`. */
  errorResponse: on,
  /** Another order's number inside, validly signed. */
  wrongOutTradeNo: on,
  /** An amount of one yuan more, validly signed. */
  wrongAmount: on,
  /** Classic `alipay_cert_sn` between node and `sign`; v3 the header `alipay-sn`. */
  certSn: on,
  /** `\/` for every slash. */
  escapedSlashes: on,
  /** `\uXXXX` for everything beyond ASCII. */
  escapedUnicode: on,
  /** Members that nobody has documented, with braces and a `sign` inside. */
  unknownMembers: on,
  amountsAsNumbers: on,
  /** A refund query that names the refund and does not say what became of it. */
  noRefundStatus: on,
  /** `code` and `msg` inside a v3 body. */
  classicMembers: on,
  /** v3 errors are unsigned unless this is on. */
  signedErrors: on,
  /** The header `alipay-signature` with the text `null`. */
  nullSignature: on,
  /** Validly signed so many milliseconds ago, or ahead of now when negative: an answer of any age. */
  signedMsAgo: z.int().exactOptional(),
  /** How a v3 error carries its links. */
  links: z.enum(['array', 'string', 'none']).exactOptional(),
});

export type Shape = z.infer<typeof shapeSchema>;
export type ShapeName = keyof Shape;
export type Protocol = 'classic' | 'v3';

/** Shapes that only one protocol can show. As a fault on the other they would be a test that tests nothing. */
export const onlyIn: Readonly<Partial<Record<ShapeName, Protocol>>> = {
  duplicateNode: 'classic',
  signFirst: 'classic',
  errorResponse: 'classic',
  classicMembers: 'v3',
  signedErrors: 'v3',
  nullSignature: 'v3',
  signedMsAgo: 'v3',
  links: 'v3',
};

export const shapeNames: ReadonlySet<string> = new Set(Object.keys(shapeSchema.shape));
