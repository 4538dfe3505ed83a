/**
 * The arguments of helm, made so that no text of a repository can become an option: what helm takes by position is
 * judged and stands behind `--`, everything else is one argument together with its option.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';

/** helm's own rule for the name of a release (pkg/chart/common/util, `ValidateReleaseName`). */
const RELEASE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;
const RELEASE_NAME_LENGTH = 53;

/** A group, version and kind as helm compares them, such as `apps/v1/Deployment`. A comma would be two of them. */
const API_VERSION = /^[A-Za-z0-9][\w./-]*$/u;

/** A version of Kubernetes, such as 1.36.1 or v1.33.4-eks-1de2ab1. */
const KUBE_VERSION = /^v?\d+(?:\.\d+){0,2}[\w.+-]*$/u;

/** Failure `helm-argument` unless `name` can be the name of a release. `location` is what gives it. */
export function checkReleaseName(name: string, location: Location | undefined): void {
  if (name.length <= RELEASE_NAME_LENGTH && RELEASE_NAME.test(name)) return;
  throw failure('helm-argument', `${JSON.stringify(name)} cannot be the name of a helm release`, {
    location,
    help: [
      `A release name has lower-case letters, digits, hyphens and dots, and at most ${RELEASE_NAME_LENGTH} characters.`,
      "Without source.helm.releaseName the application's name is used.",
    ],
  });
}

/** Failure `helm-argument` unless `version` is a version of Kubernetes. */
export function checkKubeVersion(version: string, location: Location | undefined): void {
  if (KUBE_VERSION.test(version)) return;
  throw failure('helm-argument', `${JSON.stringify(version)} is not a version of Kubernetes`, {
    location,
    help: ['Expected a version such as 1.36.1.'],
  });
}

/** Failure `helm-argument` unless `version` is an API version. */
export function checkApiVersion(version: string, location: Location | undefined): void {
  if (API_VERSION.test(version)) return;
  throw failure('helm-argument', `${JSON.stringify(version)} is not an API version`, {
    location,
    help: ['Expected a group and version, with or without a kind, such as apps/v1 or apps/v1/Deployment.'],
  });
}

/** What becomes arguments of `helm template`. */
export interface TemplateArguments {
  /** Absolute path. */
  readonly chart: string;
  readonly releaseName: string;
  /** Where the release name stands. */
  readonly releaseNameLocation?: Location | undefined;
  readonly namespace?: string | undefined;
  readonly kubeVersion?: string | undefined;
  readonly apiVersions: readonly string[];
  readonly location: Location;
}

/** The arguments of `helm template`; `valueFiles` are paths of our own. Failure `helm-argument`. */
export function templateArguments(template: TemplateArguments, valueFiles: readonly string[]): string[] {
  const { chart, releaseName, namespace, kubeVersion, apiVersions, location } = template;
  checkReleaseName(releaseName, template.releaseNameLocation ?? location);
  if (kubeVersion) checkKubeVersion(kubeVersion, location);
  for (const version of apiVersions) checkApiVersion(version, location);
  return [
    'template',
    '--include-crds',
    ...(namespace ? [`--namespace=${namespace}`] : []),
    ...(kubeVersion ? [`--kube-version=${kubeVersion}`] : []),
    ...(apiVersions.length > 0 ? [`--api-versions=${apiVersions.join(',')}`] : []),
    ...valueFiles.map((file) => `--values=${file}`),
    '--',
    releaseName,
    chart,
  ];
}
