/**
 * Which Argo CD Application deploys a service into an environment. Records, statuses, events and webhooks say its name,
 * so everything that waits for a deployment must know it: `<service>-<environment>`, as the ApplicationSets in examples/
 * make them, unless handback.yaml says otherwise.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { HandbackApplication, HandbackFile } from '../schemas/handback.generated.ts';
import type { Locate } from '../schemas/problems.ts';
import { shellCase, shellWord } from './quote.ts';

const byDefault = '{{ service }}-{{ environment }}';
const placeholders = /\{\{\s*(service|environment)\s*\}\}/gu;
/** Of a Kubernetes object (RFC 1123 subdomain). */
const objectName = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/u;
const namespaceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/u;

function fill(template: string, service: string, environment: string): string {
  return template.replaceAll(placeholders, (_all, what) => (what === 'service' ? service : environment));
}

/** The Application's name, without its namespace. */
export function applicationName({ name, application }: HandbackApplication, environment: string): string {
  if (typeof application === 'object') return application[environment] ?? '';
  return fill(application ?? byDefault, name, environment);
}

/** The names of all Applications of a service, each once, in the order of its environments. */
export function applicationNames(application: HandbackApplication): string[] {
  return [...new Set(application.environments.map((environment) => applicationName(application, environment)))];
}

/** The namespaces that a service is deployed into, each once. */
export function namespacesOf({ name, namespace, environments }: HandbackApplication): string[] {
  return [...new Set(environments.map((environment) => fill(namespace, name, environment)))];
}

/**
 * Shell that sets `variable` to the Application's name by the environment in `subject`; an environment that is not
 * tested does `otherwise`.
 */
export function chooseApplication(
  application: HandbackApplication,
  variable: string,
  subject: string,
  otherwise: string,
): string {
  const names = applicationNames(application);
  const branches = names.map((name) => {
    const own = application.environments.filter((environment) => applicationName(application, environment) === name);
    const set = `${variable}=${shellWord(name)}`;
    return `  ${shellCase(own)}) ${set} ;;\n`;
  });
  return `case "$${subject}" in\n${branches.join('')}  *) ${otherwise} ;;\nesac\n`;
}

function mistake(locate: Locate, path: readonly (string | number)[], message: string, ...help: string[]): Diagnostic {
  return { severity: 'error', code: 'handback-config', message, location: locate(path), help };
}

/** What is wrong with the names of one application. */
function namesOf(application: HandbackApplication, index: number, locate: Locate): Diagnostic[] {
  const { name, environments, application: given, namespace } = application;
  const at = ['applications', index];
  const found: Diagnostic[] = [];
  if (typeof given === 'object') {
    for (const environment of Object.keys(given)) {
      if (environments.includes(environment)) continue;
      const help = notFoundHelp('Environments', environment, environments);
      found.push(
        mistake(locate, [...at, 'application', environment], `${name} has no environment ${environment}`, ...help),
      );
    }
  }
  const place = given === undefined ? 'environments' : 'application';
  for (const [position, environment] of environments.entries()) {
    const path = given === undefined ? [...at, place, position] : [...at, place];
    const made = applicationName(application, environment);
    const give = `Name it: application: { ${JSON.stringify(environment)}: NAME }.`;
    if (made === '')
      found.push(mistake(locate, path, `application does not name the Application of ${environment}`, give));
    else if (made.length > 253 || !objectName.test(made)) {
      found.push(
        mistake(
          locate,
          path,
          `the Application of ${name} in ${environment} would be ${JSON.stringify(made)}, and none can have that name`,
          give,
        ),
      );
    }
    const deployedTo = fill(namespace, name, environment);
    if (!namespaceName.test(deployedTo)) {
      found.push(
        mistake(
          locate,
          [...at, 'namespace'],
          `the namespace of ${environment} would be ${JSON.stringify(deployedTo)}, and none can have that name`,
        ),
      );
    }
  }
  return found;
}

/** Every Application can exist, and deploys one service. */
export function checkApplications({ applications }: HandbackFile, locate: Locate): Diagnostic[] {
  const owners = new Map<string, string>();
  return applications.flatMap((application, index) => {
    const found = namesOf(application, index, locate);
    for (const name of applicationNames(application)) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, application.name);
      else if (owner !== application.name) {
        found.push(
          mistake(
            locate,
            ['applications', index, 'name'],
            `${application.name} and ${owner} would both be deployed by the Application ${name}`,
            'Name the Applications: application: NAME, or a mapping by environment.',
          ),
        );
      }
    }
    return found;
  });
}
