/**
 * GitHub Actions: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 *
 * Nothing of an event is put into the script's text (a branch name could then run as shell): it goes through env.
 */
import type { Json, JsonObject } from '../../resources/json.ts';
import { writeYaml } from '../../yaml/write.ts';
import type { Job, Start } from '../job.ts';
import { type BodyPath, dotted, type Request } from '../request.ts';
import { banner, type System } from './system.ts';

const expression = (text: string): string => `\${{ ${text} }}`;
const oneOf = (names: readonly string[], value: string): string =>
  `contains(fromJSON('${JSON.stringify(names)}'), ${value})`;

interface Begin {
  readonly on: JsonObject;
  /** Only then, as an expression. */
  readonly condition?: string;
  readonly env: Readonly<Record<string, string>>;
}

const here = (path: BodyPath): string => `github.event.${dotted(path)}`;

/** GitHub's own requests start workflows by themselves. */
function byEvent({ events, conditions, facts }: Request): Begin {
  const type = conditions.find(({ path }) => dotted(path) === 'action');
  const terms = conditions
    .filter((condition) => condition !== type)
    .map(({ path, oneOf: values }) => {
      const [first, ...others] = values;
      return others.length === 0 ? `${here(path)} == '${first}'` : oneOf(values, here(path));
    });
  return {
    on: Object.fromEntries(events.map((event) => [event, type === undefined ? {} : { types: [...type.oneOf] }])),
    condition: terms.join(' && '),
    env: Object.fromEntries(Object.entries(facts).map(([name, path]) => [name, expression(here(path))])),
  };
}

function begin(start: Start): Begin {
  switch (start.kind) {
    case 'events-pushed':
      return {
        on: {
          push: { branches: ['main'], paths: ['events/**/deployment-complete/*.json'] },
          schedule: [{ cron: '*/5 * * * *' }],
          workflow_dispatch: {},
        },
        env: {},
      };
    case 'daily':
      return { on: { schedule: [{ cron: '17 3 * * *' }], workflow_dispatch: {} }, env: {} };
    case 'requested':
      if (start.request.sender === 'github') return byEvent(start.request);
      // GitHub takes no other webhook than repository_dispatch: the receiver starts the workflow through its API.
      return {
        on: {
          workflow_dispatch: {
            inputs: {
              environment: { description: 'the environment, as reported', required: true, type: 'string' },
              commit: { description: 'the deployed source commit', required: true, type: 'string' },
            },
          },
        },
        env: {
          WAYBILL_ENVIRONMENT: expression('inputs.environment'),
          WAYBILL_SOURCE_COMMIT: expression('inputs.commit'),
        },
      };
    case 'called':
      break;
  }
  return {
    on: {
      workflow_call: {
        inputs: {
          environment: {
            description: 'where it is deployed to',
            required: false,
            type: 'string',
            default: '',
          },
        },
      },
    },
    env: {
      WAYBILL_ENVIRONMENT: expression('inputs.environment'),
      WAYBILL_SOURCE_COMMIT: expression('github.sha'),
    },
  };
}

/** Two runs that take from one consumer would hand out events twice. Deployments of one commit wait for each other. */
/** Pinned by its commit: a tag may be moved to other code, which would run with the job's secrets. */
const checkout = { uses: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1', version: 'v7.0.1' };

function concurrency({ name, start }: Job): Json {
  const shared = start.kind === 'events-pushed' || start.kind === 'daily';
  return {
    group: shared ? name : `${name}-${expression('github.run_id')}`,
    'cancel-in-progress': false,
  };
}

function workflow(job: Job): JsonObject {
  const { on, condition, env } = begin(job.start);
  const inEvents = job.home === 'events';
  // The workflow's own token may write commit statuses, but in its own repository only.
  const own = job.secrets.includes('STATUS_TOKEN') && !inEvents;
  const secrets: [string, string][] = job.secrets.map((name) => [
    name,
    expression(own && name === 'STATUS_TOKEN' ? 'github.token' : `secrets.${name}`),
  ]);
  const run = `${expression('github.server_url')}/${expression('github.repository')}/actions/runs/${expression('github.run_id')}`;
  return {
    name: job.title,
    on,
    permissions: { contents: 'read', ...(own ? { deployments: 'read', statuses: 'write' } : {}) },
    concurrency: concurrency(job),
    jobs: {
      [job.name]: {
        ...(condition === undefined ? {} : { if: condition }),
        'runs-on': 'ubuntu-latest',
        container: job.image,
        'timeout-minutes': 60,
        env: { ...env, ...job.env, RUN_URL: run, ...Object.fromEntries(secrets) },
        defaults: { run: { shell: 'sh' } },
        steps: [
          ...(inEvents ? [{ uses: checkout.uses, with: { 'persist-credentials': false } }] : []),
          { name: job.title, run: job.script },
        ],
      },
    },
  };
}

/** GitHub Actions. */
export const system: System = {
  name: 'github-actions',
  write: (job) => [
    {
      path: `${job.home}/.github/workflows/${job.name}.yml`,
      text: banner(job) + writeYaml(workflow(job)).replace(checkout.uses, `${checkout.uses} # ${checkout.version}`),
    },
  ],
};
