/**
 * What waybill.yaml says where Argo CD renders as before (docs/native.md): where the record of each environment is
 * written, and the name of the Application that deploys it.
 */
import { joinPath, resolvePath } from '../files/path.ts';
import { getKey, isObject } from '../resources/json.ts';
import { readYaml } from '../yaml/read.ts';
import { deployedAs, placeOf } from './deployed.ts';
import { commonText, Folder, type Layout } from './layout.ts';
import type { InitRequest } from './request.ts';

/** `record` of waybill.yaml. */
export interface ProposedRecord {
  /** Relative to the application directory; `*` stands for the environment. */
  readonly file: string;
  /** As `record.application` has it. */
  readonly application: string;
  /** By environment, what it has in `values.application`; empty where `application` says it all. */
  readonly values: ReadonlyMap<string, string>;
  /** Environments of which no Application in the repository is known: the name is a guess. */
  readonly guessed: readonly string[];
}

const NAME = 'waybill-record.yaml';
const BESIDE = 'records/{{ environment }}.yaml';
const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Whether a kustomization would change the name of a record that it lists. */
function renames(tree: InitRequest['tree'], directory: string): boolean {
  const folder = new Folder(tree, directory);
  const file = kustomizations.find((one) => folder.hasFile(one));
  if (file === undefined) return false;
  const body = readYaml(folder.text(file), { file: folder.at(file), duplicateKeys: 'last-wins' })[0]?.value;
  return isObject(body) && ['namePrefix', 'nameSuffix', 'transformers'].some((key) => Boolean(getKey(body, key)));
}

/** Where Argo CD reads the record with the other manifests; beside them, as an extra source, where it would not survive. */
function fileOf({ tree, directory }: InitRequest, layout: Layout): string {
  const { source } = layout;
  if (source.kind === 'helm') return joinPath(source.chart.replace(/^\.$/u, ''), 'templates/waybill-record-*.yaml');
  const places = layout.environments.map((one) => resolvePath(directory, placeOf(layout, one)));
  if (source.kind === 'kustomize' && places.some((place) => renames(tree, place))) return BESIDE;
  return joinPath(source.path.replace(/^\.$/u, ''), NAME);
}

/** What to write for the environments of a layout. */
export function proposeRecord(request: InitRequest, layout: Layout): ProposedRecord {
  const { directory, deployed, app } = request;
  const { environments } = layout;
  const known = environments.map((one) => [one.name, deployedAs(deployed, layout, directory, one)?.name] as const);
  const named = known.map(([name, found]) => [name, found ?? `${app.name}-${name}`] as const);
  const common = commonText(named);
  return {
    file: fileOf(request, layout),
    application: common ?? '{{ values.application }}',
    values: new Map(common === undefined ? named : []),
    guessed: known.flatMap(([name, found]) => (found === undefined ? [name] : [])),
  };
}
