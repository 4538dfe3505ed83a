/**
 * Azure Pipelines: an incoming webhook starts the pipeline when its filters hold, and the body's values are template
 * expressions. https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/resources-webhooks-webhook
 */
import { valueAt } from '../../../plugin/resources/pointer.ts';
import { textAt } from '../oracle.ts';
import { type Arrival, firstObject, listOf, type Started, textIn, texts } from './started.ts';

/** The job of a generated pipeline; undefined when a filter does not hold. */
export function start(file: string, { sent, called, secrets }: Arrival): Started | undefined {
  const pipeline = firstObject(file);
  const webhook = valueAt(pipeline, ['resources', 'webhooks', 0]);
  const alias = textAt(webhook, ['webhook']);
  for (const filter of listOf(valueAt(webhook, ['filters']))) {
    if (textIn(sent?.body ?? {}, textAt(filter, ['path'])) !== textAt(filter, ['value'])) return undefined;
  }
  const variables: Record<string, string> = {
    ...secrets,
    'System.CollectionUri': 'https://dev.azure.com/acme/',
    'System.TeamProject': 'shop',
    'Build.BuildId': '1',
    'Build.SourceVersion': called?.commit ?? '',
  };
  const fill = (text: string): string =>
    text
      .replaceAll('${{ parameters.environment }}', called?.environment ?? '')
      .replaceAll(/\$\{\{ parameters\.(\w+)\.([^ ]+) \}\}/gu, (_all, name: string, path: string) => {
        if (name !== alias) throw new Error(`${name} is no webhook`);
        return textIn(sent?.body ?? {}, path) ?? '';
      })
      .replaceAll(/\$\(([\w.]+)\)/gu, (all, name: string) => variables[name] ?? all);
  const step = listOf(valueAt(pipeline, ['jobs', 0, 'steps'])).at(-1);
  return { env: texts(valueAt(step, ['env']), fill), script: fill(textAt(step, ['script'])), shell: 'bash' };
}
