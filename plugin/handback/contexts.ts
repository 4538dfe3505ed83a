/**
 * The names of statuses at the source commit: `deployment/APPLICATION` from Argo CD, where APPLICATION is the name of the
 * Application, and `tests/SERVICE` and `security/SERVICE` from CI.
 */
import type { HandbackApplication } from '../schemas/handback.generated.ts';
import { applicationName } from './applications.ts';

/** The name of a deployment's status when it must say the environment. */
export function deploymentContext(application: string, environment: string): string {
  return `deployment/${application}/${environment}`;
}

/** The names of all deployments of an application that are tested. */
export function deploymentContexts(application: HandbackApplication): string[] {
  return application.environments.map((environment) =>
    deploymentContext(applicationName(application, environment), environment),
  );
}

/** The same as a template of notifications.yaml. */
export const contextWithEnvironment = deploymentContext('{{ application }}', '{{ environment }}');
