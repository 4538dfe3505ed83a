/**
 * Jenkins: declarative pipelines (https://www.jenkins.io/doc/book/pipeline/syntax/), started by the Generic Webhook
 * Trigger plugin (https://plugins.jenkins.io/generic-webhook-trigger/) or by polling.
 */
import { exactly } from '../quote.ts';
import type { Job, Start } from '../job.ts';
import { dotted, factsOf, type Request } from '../request.ts';
import type { System } from './system.ts';

/** A Groovy string in single quotes. */
const groovy = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
/** A Groovy string of several lines: `'''` gives no meaning to `$`, which is the shell's. */
const groovyBlock = (text: string): string => `'''${text.replaceAll('\\', '\\\\').replaceAll("'''", "''\\'")}'''`;

/**
 * One trigger: variables by JSONPath, and what they must be together. The plugin takes no request whose token is
 * another: https://github.com/jenkinsci/generic-webhook-trigger-plugin#authentication
 */
function webhook(request: Request): string {
  const variables = new Map([
    ...request.conditions.map(({ variable, path }) => [variable, path] as const),
    ...factsOf(request),
  ]);
  const list = [...variables].map(
    ([key, path]) => `        [key: ${groovy(key)}, value: ${groovy(`$.${dotted(path)}`)}],\n`,
  );
  const subject = request.conditions.map(({ variable }) => `$${variable}`).join(':');
  const pattern = request.conditions.map(({ oneOf }) => exactly(oneOf)).join(':');
  return `    GenericTrigger(
      genericVariables: [
${list.join('')}      ],
      tokenCredentialId: 'waybill-token',
      regexpFilterText: ${groovy(subject)},
      regexpFilterExpression: ${groovy(`^${pattern}$`)},
      printContributedVariables: false,
      printPostContent: false,
      causeString: 'Waybill: $WAYBILL_SOURCE_COMMIT is deployed'
    )
`;
}

function triggers(start: Start): string {
  switch (start.kind) {
    case 'events-pushed':
      return "    pollSCM('* * * * *')\n    cron('H/5 * * * *')\n";
    case 'daily':
      return "    cron('H 3 * * *')\n";
    case 'requested':
      return webhook(start.request);
    case 'called':
      break;
  }
  return '';
}

function environment(job: Job): string {
  const plain = Object.entries(job.env).map(([name, value]) => `    ${name} = ${groovy(value)}\n`);
  const secrets = job.secrets.map((name) => `    ${name} = credentials(${groovy(name)})\n`);
  return [...plain, '    RUN_URL = "${env.BUILD_URL}"\n', ...secrets].join('');
}

/** What a pipeline that another one calls gets: the commit that was checked out. */
function called(job: Job): string {
  if (job.start.kind !== 'called') return '';
  return `  parameters {
    string(name: 'WAYBILL_SOURCE_COMMIT', description: 'the commit that was built, in full')
    string(name: 'WAYBILL_ENVIRONMENT', defaultValue: '', description: 'where it is deployed to')
  }
`;
}

/** Jenkins sets up the triggers of a pipeline when it runs for the first time, by hand. */
function firstRun(start: Start): string {
  return start.kind === 'requested'
    ? `[ -n "\${WAYBILL_SOURCE_COMMIT:-}" ] || { echo 'nothing to do: the trigger is set up now'; exit 0; }\n`
    : '';
}

function pipeline(job: Job): string {
  const start = triggers(job.start);
  return `// ${job.title}. Made by \`waybill handback generate\`.
// Credentials (secret text) that it needs: ${[...job.secrets, ...(start.includes('GenericTrigger') ? ['waybill-token'] : [])].join(', ') || 'none'}.
pipeline {
  agent { docker { image ${groovy(job.image)} } }
  options {
    disableConcurrentBuilds()
    timeout(time: 60, unit: 'MINUTES')
  }
${called(job)}${start === '' ? '' : `  triggers {\n${start}  }\n`}  environment {
${environment(job)}  }
  stages {
    stage(${groovy(job.title)}) {
      steps {
        sh ${groovyBlock(`\n${firstRun(job.start)}${job.script}`)}
      }
    }
  }
}
`;
}

/** Jenkins. */
export const system: System = {
  name: 'jenkins',
  write: (job) => [{ path: `${job.home}/ci/${job.name}.Jenkinsfile`, text: pipeline(job) }],
};
