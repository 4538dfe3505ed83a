/**
 * The product on stdout: YAML documents or JSON lines, in the order of the resources. Argo CD reads both.
 */
import type { Resource } from '../resources/resource.ts';
import { writeYaml } from '../yaml/write.ts';
import { writeJson } from '../yaml/write-json.ts';

/** How resources are printed. */
export type OutputFormat = 'yaml' | 'json';

/**
 * The text of the resources: `yaml` separates documents by `---`, `json` puts one object on each line. Key order is
 * the authors'. The same resources always give the same bytes; none give the empty text.
 */
export function writeResources(resources: readonly Resource[], format: OutputFormat): string {
  return format === 'json'
    ? resources.map(({ body }) => `${writeJson(body)}\n`).join('')
    : resources.map(({ body }) => writeYaml(body)).join('---\n');
}
