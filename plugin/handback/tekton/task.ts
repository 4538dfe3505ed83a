/**
 * A Task that runs a job's script, and a run of it: https://tekton.dev/docs/pipelines/tasks/
 */
import type { JsonObject } from '../../resources/json.ts';
import type { Job } from '../job.ts';
import { type Fact, factsOf } from '../request.ts';
import { JOB_SECRET } from './names.ts';

/** The parameter that carries a fact: WAYBILL_SOURCE_COMMIT is source-commit. */
export const parameter = (fact: Fact): string => fact.toLowerCase().replace('waybill_', '').replaceAll('_', '-');

/** What the Task is told. Called by another pipeline it gets the commit, and the environment if that is known. */
function factNames({ start }: Job): Fact[] {
  if (start.kind === 'requested') return factsOf(start.request).map(([name]) => name);
  return start.kind === 'called' ? ['WAYBILL_ENVIRONMENT', 'WAYBILL_SOURCE_COMMIT'] : [];
}

/** The Task of a job. */
export function task(job: Job, namespace: string): JsonObject {
  const facts = factNames(job);
  const secrets = job.secrets.map((name) => ({
    name,
    valueFrom: { secretKeyRef: { name: JOB_SECRET, key: name } },
  }));
  const clone =
    job.home === 'events'
      ? 'git clone --quiet --depth 1 "$EVENTS_REPOSITORY" "$HOME/events" && cd "$HOME/events"\n'
      : '';
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: job.name, namespace },
    spec: {
      description: job.title,
      ...(facts.length === 0
        ? {}
        : { params: facts.map((fact) => ({ name: parameter(fact), type: 'string', default: '' })) }),
      steps: [
        {
          name: 'run',
          image: job.image,
          env: [
            ...facts.map((fact) => ({ name: fact, value: `$(params.${parameter(fact)})` })),
            ...Object.entries(job.env).map(([name, value]) => ({ name, value })),
            ...secrets,
          ],
          script: `#!/bin/sh\nRUN_URL=\${RUN_URL:-}\n${clone}${job.script}`,
        },
      ],
    },
  };
}

/** A run of a job's Task, whose pod gets no access to the cluster: it runs tests. */
export function taskRun(job: Job, namespace: string, values: Readonly<Record<string, string>>): JsonObject {
  const params = Object.entries(values).map(([name, value]) => ({ name, value }));
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { generateName: `${job.name}-`, namespace },
    spec: {
      taskRef: { name: job.name },
      ...(params.length === 0 ? {} : { params }),
      timeout: '1h',
      podTemplate: { automountServiceAccountToken: false },
    },
  };
}
