/**
 * Jenkins: declarative pipelines (https://www.jenkins.io/doc/book/pipeline/syntax/), started by the Generic Webhook
 * Trigger plugin (https://plugins.jenkins.io/generic-webhook-trigger/) or by polling.
 */
import { exactly, indent } from '../quote.ts';
import type { Job, Start } from '../job.ts';
import type { System } from './system.ts';

/** A Groovy string in single quotes. */
const groovy = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
/** A Groovy string of several lines: `'''` gives no meaning to `$`, which is the shell's. */
const groovyBlock = (text: string): string => `'''${text.replaceAll('\\', '\\\\').replaceAll("'''", "''\\'")}'''`;

/** One trigger: variables by JSONPath, and what they must be together. */
function webhook(variables: Readonly<Record<string, string>>, subject: string, pattern: string): string {
  const list = Object.entries(variables).map(
    ([key, value]) => `        [key: ${groovy(key)}, value: ${groovy(value)}],\n`,
  );
  return `    GenericTrigger(
      genericVariables: [
${list.join('')}      ],
      tokenCredentialId: 'waybill-token',
      regexpFilterText: ${groovy(subject)},
      regexpFilterExpression: ${groovy(pattern)},
      causeString: 'Waybill: $WAYBILL_SOURCE_COMMIT runs in $WAYBILL_ENVIRONMENT'
    )
`;
}

function triggers(start: Start, application = ''): string {
  switch (start.kind) {
    case 'events-pushed':
      return "    pollSCM('* * * * *')\n    cron('H/5 * * * *')\n";
    case 'daily':
      return "    cron('H 3 * * *')\n";
    case 'deployed':
      return start.by === 'deployment_status'
        ? webhook(
            {
              WAYBILL_STATE: '$.deployment_status.state',
              WAYBILL_ENVIRONMENT: '$.deployment.environment',
              WAYBILL_SOURCE_COMMIT: '$.deployment.sha',
              DEPLOYMENT_ID: '$.deployment.id',
            },
            '$WAYBILL_STATE:$WAYBILL_ENVIRONMENT',
            `^success:${exactly(start.environments)}$`,
          )
        : webhook(
            {
              WAYBILL_STATE: '$.state',
              WAYBILL_CONTEXT: '$.context',
              WAYBILL_SOURCE_COMMIT: '$.sha',
              WAYBILL_ENVIRONMENT: '$.environment',
            },
            '$WAYBILL_STATE:$WAYBILL_CONTEXT',
            `^success:${exactly([`deployment/${application}`])}$`,
          );
    case 'told':
    case 'dispatched':
      return webhook(
        {
          WAYBILL_STATE: '$.event',
          WAYBILL_TOLD_APPLICATION: '$.application',
          WAYBILL_ENVIRONMENT: '$.environment',
          WAYBILL_SOURCE_COMMIT: '$.sources[0].commit',
        },
        '$WAYBILL_STATE:$WAYBILL_TOLD_APPLICATION:$WAYBILL_ENVIRONMENT',
        `^success:${application}:${exactly(start.environments)}$`,
      );
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

function pipeline(job: Job): string {
  const start = triggers(job.start, job.application);
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
        sh ${groovyBlock(`\n${indent(job.script, 0)}`)}
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
