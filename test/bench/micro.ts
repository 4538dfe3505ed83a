/**
 * YAML in one process: the fast reader beside the library, and the writers.
 */
import { Bench } from 'tinybench';
import { parseAllDocuments } from 'yaml';
import { readYaml } from '../../plugin/yaml/read.ts';
import { writeJson } from '../../plugin/yaml/write-json.ts';
import { writeYaml } from '../../plugin/yaml/write.ts';

/** Megabytes a second of reading and writing `text`, by what does it. */
export async function microBenchmarks(text: string): Promise<[name: string, megabytesPerSecond: number][]> {
  const read = () => readYaml(text, { file: 'bench.yaml', duplicateKeys: 'error' });
  const documents = read();
  const bench = new Bench({ time: 1000, warmupTime: 500 })
    .add('read YAML', () => void read())
    .add('read YAML with the yaml package alone', () => void parseAllDocuments(text))
    .add('write YAML', () => documents.map(({ value }) => writeYaml(value)).join('---\n').length)
    .add('write JSON', () => documents.map(({ value }) => writeJson(value)).join('\n').length);
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (!('latency' in result)) throw new Error(`${name} did not finish`);
    return [name, text.length / 1000 / result.latency.mean];
  });
}
