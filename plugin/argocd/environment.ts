/**
 * What Argo CD tells a plugin command: the environment variables of reposerver's `newEnv`, the plugin parameters and
 * `spec.source.plugin.env` (each name with `ARGOCD_ENV_` before it). A parameter beats a variable.
 */
import { failure } from '../diagnostics/failure.ts';
import { readParameters } from './parameters.ts';

/** Environment variables as a process has them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** An image override as it was written, and where, for messages. */
interface WrittenOverride {
  readonly text: string;
  readonly label: string;
}

/** Everything that a render inside Argo CD takes from its environment. */
export interface PluginEnvironment {
  readonly app: {
    /** The Application's name, without the `<namespace>_` that stands before Applications outside Argo CD's own namespace. */
    readonly name: string;
    /** As Argo CD gives it. */
    readonly instance: string;
    /** The destination's namespace; undefined when it has none (and in the parameters call). */
    readonly namespace: string | undefined;
    readonly project: string | undefined;
  };
  readonly kubeVersion: string | undefined;
  readonly apiVersions: readonly string[];
  readonly environment: string | undefined;
  readonly images: readonly WrittenOverride[];
  readonly values: Readonly<Record<string, string>>;
  readonly preview: Readonly<Record<string, string>> | undefined;
}

const PLUGIN_ENV = 'ARGOCD_ENV_';
const IMAGES = 'WAYBILL_IMAGES';
const IMAGE = 'WAYBILL_IMAGE_';

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/u).filter((word) => word !== '');
}

/** `WAYBILL_IMAGES` (separated by commas or white space) and every `WAYBILL_IMAGE_*`, in the order of their names. */
function imagesOf(env: Env): WrittenOverride[] {
  const several = words(env[PLUGIN_ENV + IMAGES]).map((text) => ({ text, label: IMAGES }));
  const single = Object.keys(env)
    .filter((name) => name.startsWith(PLUGIN_ENV + IMAGE))
    .sort()
    .flatMap((name) => {
      const text = given(env[name]?.trim());
      return text === undefined ? [] : [{ text, label: name.slice(PLUGIN_ENV.length) }];
    });
  return [...several, ...single];
}

/**
 * The name without Argo CD's qualification. `AppInstanceName` (util/argo) is `<namespace>_<name>`; neither part may hold
 * an underscore, since both are names of Kubernetes objects.
 */
function plainName(instance: string): string {
  return instance.slice(instance.indexOf('_') + 1);
}

/**
 * Reads what Argo CD's cmp-server passes to a plugin command.
 * @throws Failure `plugin-environment` when there is no Application in it, `plugin-parameter` for parameters that are wrong
 */
export function readPluginEnvironment(env: Env): PluginEnvironment {
  const instance = given(env['ARGOCD_APP_NAME']);
  if (instance === undefined) {
    throw failure('plugin-environment', 'ARGOCD_APP_NAME is not set', {
      help: ["Argo CD's cmp-server runs this command. On a laptop use waybill render."],
    });
  }
  const parameters = readParameters(env['ARGOCD_APP_PARAMETERS']);
  return {
    app: {
      name: plainName(instance),
      instance,
      namespace: given(env['ARGOCD_APP_NAMESPACE']),
      project: given(env['ARGOCD_APP_PROJECT_NAME']),
    },
    kubeVersion: given(env['KUBE_VERSION']),
    apiVersions: words(env['KUBE_API_VERSIONS']),
    environment: parameters.environment ?? given(env[`${PLUGIN_ENV}WAYBILL_ENVIRONMENT`]),
    images: parameters.images?.map((text) => ({ text, label: 'the parameter images' })) ?? imagesOf(env),
    values: parameters.values ?? {},
    preview: parameters.preview,
  };
}
