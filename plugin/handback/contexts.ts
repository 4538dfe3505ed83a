/**
 * The names of statuses at the source commit: `deployment/APPLICATION` from Argo CD, `tests/APPLICATION` and
 * `security/APPLICATION` from CI.
 */
import type { HandbackApplication } from '../schemas/handback.generated.ts';

/** How the status of a deployment is called when its name must say the environment: its begin, up to the environment. */
export function deploymentPrefix({ name }: HandbackApplication): string {
  return `deployment/${name}/`;
}

/** The names of all deployments of an application that are tested, with their environments. */
export function deploymentContexts(application: HandbackApplication): string[] {
  return application.environments.map((environment) => deploymentPrefix(application) + environment);
}

/** The same as a template of notifications.yaml. */
export const contextWithEnvironment = 'deployment/{{ application }}/{{ environment }}';
