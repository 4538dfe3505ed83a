/**
 * Which environment is meant.
 */
import { failure } from '../diagnostics/failure.ts';
import { listNames, notFoundHelp } from '../diagnostics/suggest.ts';
import type { Application } from './application.ts';

const NAME = /^[a-z0-9-]{1,63}$/u;

/**
 * Fails unless `environment` is one of the application's: `environment-missing` when none is given and there are
 * some, `environment-name` for malformed names, `environment-unknown` with the known ones. Without waybill.yaml any
 * well-formed name is accepted.
 */
export function checkEnvironment(application: Application, environment: string | undefined): void {
  const { environments, file, document } = application;
  if (environment === undefined) {
    if (environments.length === 0) return;
    throw failure('environment-missing', 'no environment is given', {
      location: document.locate(['environments'], 'key'),
      help: [
        `Environments: ${listNames(environments)}.`,
        'Choose one with -e; in Argo CD with the parameter environment or the plugin env WAYBILL_ENVIRONMENT.',
      ],
    });
  }
  if (environments.includes(environment)) return;
  if (!NAME.test(environment)) {
    throw failure('environment-name', `${JSON.stringify(environment)} cannot be the name of an environment`, {
      help: [
        'Names have lower-case letters, digits and hyphens, at most 63.',
        ...(environments.length > 0 ? notFoundHelp('Environments', environment, environments) : []),
      ],
    });
  }
  if (file === undefined) return;
  throw failure('environment-unknown', `there is no environment ${environment}`, {
    location: document.locate(environments.length > 0 ? ['environments'] : [], 'key'),
    help:
      environments.length > 0
        ? notFoundHelp('Environments', environment, environments)
        : ['waybill.yaml has no environments. Leave the environment out, or add it under environments.'],
  });
}
