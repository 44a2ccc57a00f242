import { readFileSync } from 'node:fs';
import { z } from 'zod';

const exchange = z.object({
  name: z.string(),
  group: z.string(),
  method: z.string(),
  path: z.string(),
  requestBody: z.string().nullable(),
  requestSignString: z.string().nullable(),
  requestSign: z.string().nullable(),
  requestSignCorrect: z.boolean().nullable(),
  httpStatus: z.number(),
  contentType: z.string().nullable(),
  responseBody: z.string(),
  responseSignString: z.string().nullable(),
  responseSignatureValid: z.boolean().nullable(),
});

export type Exchange = z.infer<typeof exchange>;

/** The 203 exchanges recorded from tag 2.0.8. */
export const exchanges: readonly Exchange[] = z
  .object({ vectors: z.array(exchange) })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/daxpay-real.json', import.meta.url), 'utf8'))).vectors;

export function recorded(name: string): Exchange {
  const found = exchanges.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no recorded exchange ${name}`);
  return found;
}
