/** Bodies in JSON. A name that comes twice is refused: two readers of the same bytes would see two requests. */
import { Problem } from './problems.ts';
import type { Server } from './server.ts';

export function takeJson(server: Server): void {
  server.removeContentTypeParser('text/plain');
  const parsed = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    parsed(request, text, (error, value) => {
      const name = error === null ? nameThatComesTwice(text) : undefined;
      if (name === undefined) return done(error, value);
      done(new Problem('invalid-request', `The name ${JSON.stringify(name)} comes twice in one object of the body.`));
    });
  });
}

/** A string, perhaps as a name, or a bracket: all that the places of names depend on in JSON that is well-formed. */
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g;

/** @param json well-formed. Parsers for this exist, and let a name pass that comes twice with the same value. */
function nameThatComesTwice(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, text = '', colon] of json.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const name: string = JSON.parse(text);
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}
