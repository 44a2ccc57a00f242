/**
 * Whether an answer is inside the OpenAPI document that the API serves, judged by Ajv, which shares no code with the
 * API's own schemas: the status is declared for the operation, so is the media type, and the body fits the schema.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Answer } from './support.ts';

type Operation = {
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
};
type Media = { readonly schema?: object };
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export type Judge = (method: string, path: string, answer: Answer) => void;

/** `{orderId}` of a template stands for one segment. A trailing slash is no other resource. */
function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`);
}

/** A judge of answers by one document. What is not in the document may only be answered by a problem. */
export function judgeBy(document: Document): Judge {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'document', ...document });
  // Fixed paths come before templates: `/v1/reversals/payment-observed` is no order.
  const templates = Object.keys(document.paths).toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
  const fits = (pointer: string, body: unknown, where: string) => {
    const validate = ajv.getSchema(`document#${pointer}`);
    expect(validate, `${where} has a schema`).toBeDefined();
    expect(validate?.(body), `${where}: ${ajv.errorsText(validate?.errors)} of ${JSON.stringify(body)}`).toBe(true);
  };
  return (method, target, { status, headers, body }) => {
    const [path = ''] = target.split('?');
    const template = templates.find((one) => patternOf(one).test(path));
    const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
    const [type = ''] = (headers.get('content-type') ?? '').split(';');
    const where = `${method} ${template ?? path} ${status} ${type}`;
    expect(headers.get('x-request-id'), `${where} has a request id`).toBeTruthy();
    if (operation === undefined || template === undefined) {
      if (status < 400) return; // the page to read, and the document itself
      expect(type, where).toBe('application/problem+json');
      fits('/components/schemas/Problem', body, where);
      return;
    }
    const declared = operation.responses?.[String(status)];
    expect(declared, `${where} is declared`).toBeDefined();
    expect(Object.keys(declared?.content ?? {}), `${where} is declared`).toContain(type);
    const parts = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema'];
    fits(
      parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join(''),
      body,
      where,
    );
  };
}
