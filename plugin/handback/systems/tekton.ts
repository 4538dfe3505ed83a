/**
 * Tekton: a Task that runs the script, what starts it, and the rights of that.
 */
import type { JsonObject } from '../../resources/json.ts';
import { writeDocuments } from '../documents.ts';
import type { Job } from '../job.ts';
import { access } from '../tekton/access.ts';
import { listener, scheduled } from '../tekton/listener.ts';
import { JOB_SECRET, namespaceOf, SENDER_SECRET } from '../tekton/names.ts';
import { task } from '../tekton/task.ts';
import { banner, type System, webhookFor } from './system.ts';

interface Begin {
  readonly objects: JsonObject[];
  readonly notes: readonly string[];
}

function begin(job: Job, namespace: string): Begin {
  const { start } = job;
  const secret = `the Secret ${SENDER_SECRET} (key secret)`;
  switch (start.kind) {
    case 'events-pushed':
      return { objects: scheduled(job, '* * * * *', namespace), notes: [`The CronJob needs ${secret}.`] };
    case 'daily':
      return { objects: scheduled(job, '17 3 * * *', namespace), notes: [`The CronJob needs ${secret}.`] };
    case 'requested':
      return {
        objects: listener(job, start.request, namespace),
        notes: [`${webhookFor(start.request)} calls the Service el-${job.name}, with the value in ${secret}.`],
      };
    case 'called':
      break;
  }
  return { objects: [], notes: ['Run this Task after the one that writes the lock.'] };
}

/** Tekton. Its secrets are keys of the Secret `waybill-ci`. */
export const system: System = {
  name: 'tekton',
  write: (job, file) => {
    const namespace = namespaceOf(file);
    const { objects, notes } = begin(job, namespace);
    const secrets = job.secrets.length > 0 ? [`The Secret ${JOB_SECRET} has the keys ${job.secrets.join(', ')}.`] : [];
    return [
      {
        path: 'tekton/access.yaml',
        text: `# What event listeners may do. Made by \`waybill handback generate\`.\n${writeDocuments(access(namespace))}`,
      },
      {
        path: `tekton/${job.name}.yaml`,
        text: banner(job, [...notes, ...secrets]) + writeDocuments([task(job, namespace), ...objects]),
      },
    ];
  },
};
