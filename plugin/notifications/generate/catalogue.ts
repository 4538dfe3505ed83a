/**
 * Access to the catalogue (notification-templates/): expressions, values, states, problems and services.
 */
import { catalogue } from './catalogue.generated.ts';

/** The text of a catalogue file, such as `expressions/state.expr`. Throws for a file that is not there: a slip of ours. */
export function catalogueFile(path: string): string {
  const text = catalogue[path];
  if (text === undefined) throw new Error(`the notification catalogue has no ${path}`);
  return text;
}

/** The files of a folder, by name without the ending, in alphabetical order. */
export function catalogueFolder(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, text] of Object.entries(catalogue)) {
    if (path.startsWith(`${folder}/`)) files.set(path.slice(folder.length + 1).replace(/\.[a-z]+$/u, ''), text);
  }
  return files;
}
