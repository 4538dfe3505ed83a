/**
 * The plugin parameters of an Application: `ARGOCD_APP_PARAMETERS`, JSON that Argo CD makes from
 * `spec.source.plugin.parameters` (the text `null` when there are none). Anybody who may write to the repository
 * can set them through `.argocd-source.yaml`, so nothing in them widens what the operator's policy allows.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { AppParameters } from '../schemas/app-parameters.generated.ts';
import { validate } from '../schemas/app-parameters.validate.generated.js';

/** The parameters that Waybill knows; absent ones are undefined. */
export interface PluginParameters {
  readonly environment?: string;
  readonly images?: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  /** The pull request that a preview renders: number, branch, commit. */
  readonly preview?: Readonly<Record<string, string>>;
}

type Parameter = NonNullable<AppParameters>[number];

/** Which collection each parameter is, as announced to Argo CD's UI (announcement.ts). */
const collections = { environment: 'string', images: 'array', values: 'map', preview: 'map' } as const;

type Name = keyof typeof collections;

const VARIABLE = 'ARGOCD_APP_PARAMETERS';

function isName(name: string): name is Name {
  return Object.hasOwn(collections, name);
}

function parse(text: string): AppParameters {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw failure('plugin-parameter', `${VARIABLE} is not JSON`, {
      help: ['Argo CD sets it; is this command run by something else?'],
    });
  }
  if (validate(value)) return value;
  const problem = validate.errors?.[0];
  throw failure(
    'plugin-parameter',
    `${VARIABLE} does not have the shape that Argo CD gives it${problem ? ` (at ${problem.instancePath || 'its start'})` : ''}`,
    { help: ['Expected a list of objects with name and one of string, array and map; all values are strings.'] },
  );
}

function wrongCollection({ name }: Parameter, expected: string): Error {
  return failure('plugin-parameter', `the plugin parameter ${name} is not given as ${expected}`, {
    help: [`In the Application: spec.source.plugin.parameters: [{ name: ${name}, ${expected}: … }]`],
  });
}

/** One parameter as a part of the result. An empty string is what the UI sends for a field that was cleared: not given. */
function read(parameter: Parameter): PluginParameters {
  const { name } = parameter;
  if (!isName(name)) {
    throw failure('plugin-parameter', `unknown plugin parameter ${JSON.stringify(name)}`, {
      help: notFoundHelp('Parameters of this plugin', name, Object.keys(collections)),
    });
  }
  const value = parameter[collections[name]];
  if (value === undefined || value === null) throw wrongCollection(parameter, collections[name]);
  if (typeof value === 'string') return value === '' ? {} : { environment: value };
  if (Array.isArray(value)) return { images: value };
  // An empty map is what the UI sends for one that was cleared.
  if (name === 'preview') return Object.keys(value).length === 0 ? {} : { preview: value };
  return { values: value };
}

/**
 * Reads `ARGOCD_APP_PARAMETERS`; unset, empty and `null` are no parameters. Of a parameter that is given twice the last
 * counts, as for Argo CD's own overrides.
 * @throws Failure `plugin-parameter` for anything that is not what Argo CD writes, an unknown parameter or a wrong collection
 */
export function readParameters(text: string | undefined): PluginParameters {
  const list = text === undefined || text.trim() === '' ? null : parse(text);
  const parameters: PluginParameters = {};
  for (const part of attemptAll(list ?? [], read)) Object.assign(parameters, part);
  return parameters;
}
