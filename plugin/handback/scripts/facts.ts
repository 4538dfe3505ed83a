/**
 * The facts of a request for systems that start on every request and hand its body to the script.
 */
import { type BodyPath, dotted, factsOf, type Request } from '../request.ts';

const jq = (path: BodyPath): string => `.${dotted(path)}`;
const text = (value: string): string => JSON.stringify(value);

/** Shell that ends the job with 0 unless the JSON in `file` is about it, and then sets the facts. Needs jq. */
export function readFacts(request: Request, file: string): string {
  const terms = request.conditions.map(({ path, oneOf }) => `(${jq(path)}? | IN(${oneOf.map(text).join(', ')}))`);
  const set = factsOf(request).map(([name, path]) => `${name}=$(jq -r '${jq(path)}' ${file})\n`);
  return `about=$(jq -r '${terms.join(' and ')}' ${file})
[ "$about" = true ] || { echo 'not about what is tested here'; exit 0; }
${set.join('')}`;
}
