/**
 * The shape of a format in which people keep the settings; each file here is one, registered in ../settings.ts.
 */
import type { Diagnostic, Location } from '../../../diagnostics/diagnostic.ts';
import { isObject, type Json, type JsonObject } from '../../../resources/json.ts';
import type { Path } from '../../../resources/pointer.ts';
import type { NestedText, NestedYaml } from '../nested.ts';

/** One key of the ConfigMap's data. */
export interface Setting extends NestedText {
  readonly key: string;
  /** Where the key stands. */
  readonly location: Location;
}

/** What a document holds. */
export interface FoundSettings {
  readonly settings: readonly Setting[];
  /** What is wrong before anything is read. */
  readonly mistakes: readonly Diagnostic[];
  /** Where the settings begin. */
  readonly location: Location;
  /** The ConfigMap, or the patch of it, that has them as its data. */
  readonly manifest?: JsonObject;
  /** What else the document has, in words. */
  readonly others?: readonly string[];
}

/** The settings in a document of a file; undefined when it is of another format. `alone`: nothing else is in the file. */
export type Format = (yaml: NestedYaml, alone: boolean) => FoundSettings | undefined;

/** The name of the controller's ConfigMap (argocd-notifications, --config-map-name). */
export const configMapName = 'argocd-notifications-cm';

/** The setting at a path; undefined when it is no text. */
export function settingAt(yaml: NestedYaml, path: Path, key: string, value: Json | undefined): Setting | undefined {
  const content = yaml.textAt(path, value);
  return content && { key, text: content.text, locate: content.locate, location: yaml.locate(path, 'key') };
}

/** The entries of a mapping; none for anything else. */
export function entries(value: Json | undefined): [string, Json | undefined][] {
  return isObject(value) ? Object.entries(value) : [];
}
