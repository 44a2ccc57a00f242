/** A Stryker plugin: a string of three words or more is text for people, and no test has to pin its wording. */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const THREE_WORDS = /\p{L}+[^\p{L}]*\s[^\p{L}]*\p{L}+[^\p{L}]*\s[^\p{L}]*\p{L}+/u;

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
}

function textOf({ type, value, quasis }: Node): string {
  if (type === 'StringLiteral' && typeof value === 'string') return value;
  return type === 'TemplateLiteral' && quasis !== undefined ? quasis.map(({ value: { raw } }) => raw).join('…') : '';
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'text-for-people', {
    shouldIgnore: ({ node }: { readonly node?: Node }) =>
      node !== undefined && THREE_WORDS.test(textOf(node)) ? 'text for people' : undefined,
  }),
];
