/** The requests of `unwind start`: one JSON object a line, all checked before any is started. */
import { InvalidRequestError, type OrderKey, parseRequest, type ReversalInput } from '../reversal/request.ts';
import { messageOf } from './errors.ts';

export interface RequestLine {
  /** 1 for the first line of the input. */
  readonly line: number;
  readonly input: ReversalInput;
}

export interface ReadRequests {
  readonly requests: readonly RequestLine[];
  /** `line 3: amount: …`, one for each line that cannot be used. */
  readonly problems: readonly string[];
}

/** Blank lines do not count. A line's number is its number in the file. */
export function readRequests(text: string): ReadRequests {
  const requests: RequestLine[] = [];
  const problems: string[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((content, index) => {
      if (content.trim() === '') return;
      const line = index + 1;
      try {
        const input: ReversalInput = JSON.parse(content);
        parseRequest(input, Date.now());
        requests.push({ line, input });
      } catch (error) {
        problems.push(`line ${line}: ${problemOf(error)}`);
      }
    });
  return { requests, problems };
}

function problemOf(error: unknown): string {
  if (error instanceof InvalidRequestError) return error.problems.join('; ');
  return error instanceof SyntaxError ? `is no JSON: ${error.message}` : messageOf(error);
}

/** How an order is called in text. */
export const nameOf = ({ provider, account, orderId }: OrderKey) => `${provider}/${account}/${orderId}`;
