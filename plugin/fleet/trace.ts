/**
 * The way of a source commit from the lock to its status at the Git provider, step by step: where it breaks, and what to
 * do there. A pure function.
 */
import type { FleetApplication, FleetCell, FleetNote } from '../schemas/fleet.generated.ts';
import type { Report } from './providers/provider.ts';

/** One step. */
export interface Step {
  readonly name: 'lock' | 'record' | 'target' | 'deployed' | 'note' | 'delivery' | 'provider';
  /** `unknown`: nobody could be asked, or an earlier step is not done. */
  readonly is: 'done' | 'broken' | 'waiting' | 'unknown';
  readonly text: string;
  /** What to do; empty where there is nothing to do. */
  readonly help: readonly string[];
}

/** What is known of the way. */
export interface TraceFacts {
  readonly cell: FleetCell;
  readonly application: FleetApplication | undefined;
  /** Names of the records that the directory renders; a text says why it does not render; undefined: there is no directory. */
  readonly rendered: readonly string[] | string | undefined;
  /** What the provider has; a text says why it was not asked. */
  readonly reports: readonly Report[] | string;
}

/** A step that is not looked at, since an earlier one is not done. */
function later(name: Step['name'], text: string): Step {
  return { name, is: 'unknown', text, help: [] };
}

function lockStep({ lock, commits, environment }: FleetCell): Step {
  if (!lock) {
    const help = ['Let the pipeline write one: waybill images set.'];
    return { name: 'lock', is: commits.length > 0 ? 'unknown' : 'broken', text: `${environment} has no lock`, help };
  }
  if (lock.problem !== undefined)
    return {
      name: 'lock',
      is: 'broken',
      text: `${lock.file} cannot be read: ${lock.problem}`,
      help: ['Correct the lock.'],
    };
  const [commit] = commits;
  if (!commit)
    return {
      name: 'lock',
      is: 'broken',
      text: `${lock.file} names no source commit`,
      help: ['Let CI write it with waybill images set, or set commitFromTag in waybill.yaml.'],
    };
  const when =
    lock.change === undefined ? '' : `, since ${lock.change.at} by ${lock.change.author ?? 'an unknown author'}`;
  const text = `${lock.file} names ${commit.commit.slice(0, 12)}${when}`;
  if (lock.uncommitted)
    return { name: 'lock', is: 'waiting', text: `${text}; it is not committed`, help: ['Commit and push the lock.'] };
  return { name: 'lock', is: 'done', text, help: [] };
}

function recordStep({ rendered, cell }: TraceFacts): Step {
  if (rendered === undefined) return later('record', 'no directory here renders it');
  if (typeof rendered === 'string')
    return {
      name: 'record',
      is: 'broken',
      text: `it cannot be rendered: ${rendered}`,
      help: ['waybill validate shows details.'],
    };
  const commit = cell.commits[0]?.commit;
  const record = rendered.find((name) => commit !== undefined && name.endsWith(commit));
  if (record !== undefined) return { name: 'record', is: 'done', text: `the render has ${record}`, help: [] };
  return {
    name: 'record',
    is: 'broken',
    text: rendered.length === 0 ? 'the render has no record' : `the render has other records: ${rendered.join(', ')}`,
    help: [
      'Is stamp.record false in waybill.yaml, or has the lock no source for the image? waybill render shows warnings.',
    ],
  };
}

function targetStep({ application, cell }: TraceFacts): Step {
  if (!application) return later('target', 'no Application was read: give --applications, --kube or --argocd');
  const commit = cell.commits[0]?.commit;
  const { target, revision, name, sync, reason } = application;
  if (target.some((one) => one.commit === commit))
    return {
      name: 'target',
      is: 'done',
      text: `${name} renders it at ${revision?.slice(0, 12) ?? 'a revision'}`,
      help: [],
    };
  if (sync !== 'Synced' && sync !== 'OutOfSync')
    return { name: 'target', is: 'broken', text: `Argo CD cannot compare ${name}: ${reason ?? sync ?? ''}`, help: [] };
  const other = target[0]?.commit.slice(0, 12);
  return {
    name: 'target',
    is: other === undefined ? 'broken' : 'waiting',
    text: `${name} renders ${other ?? 'no record'} at ${revision?.slice(0, 12) ?? 'a revision'}`,
    help:
      other === undefined
        ? [
            'Does the Application name the plugin waybill, and the environment? Is its sidecar installed (waybill doctor)?',
          ]
        : [
            'Without a webhook, Argo CD polls every three minutes: argocd app get --refresh.',
            'Does targetRevision name the branch that has the lock?',
          ],
  };
}

function deployedStep({ application }: TraceFacts): Step {
  if (!application) return later('deployed', 'no Application was read');
  const { state, reason, since, failures } = application;
  const text = [state, since === undefined ? undefined : `since ${since}`, reason]
    .filter((one) => one !== undefined)
    .join(', ');
  if (state === 'success') return { name: 'deployed', is: 'done', text, help: [] };
  const help = failures.map(({ kind, name, message }) => `${kind}/${name}${message === '' ? '' : `: ${message}`}`);
  const isBroken = state === 'failure' || state === 'error';
  return { name: 'deployed', is: isBroken ? 'broken' : 'waiting', text, help: isBroken ? help : [] };
}

function noteOf({ application, cell }: TraceFacts): FleetNote | undefined {
  const commit = cell.commits[0]?.commit;
  return application?.notes?.find(({ record }) => commit !== undefined && record.endsWith(commit));
}

function noteStep(facts: TraceFacts): Step {
  const { application } = facts;
  if (!application) return later('note', 'no Application was read');
  const note = noteOf(facts);
  if (note) return { name: 'note', is: 'done', text: `the controller noted ${note.state} at ${note.at}`, help: [] };
  const hasOthers = (application.notes ?? []).length > 0;
  return {
    name: 'note',
    is: application.state === 'pending' || hasOthers ? 'waiting' : 'broken',
    text: hasOthers
      ? 'the controller has noted other commits only'
      : 'the controller has noted nothing on this Application',
    help: hasOthers
      ? []
      : [
          'Is argocd-notifications-cm what waybill notifications generate writes, with its subscriptions?',
          'Does the notifications controller run, and watch this namespace? Does trust in notifications.yaml allow the project?',
        ],
  };
}

function deliveryStep(facts: TraceFacts): Step {
  const note = noteOf(facts);
  if (!note) return later('delivery', 'nothing is noted');
  if (note.delivered) return { name: 'delivery', is: 'done', text: `${note.state} was delivered`, help: [] };
  const attempts = note.attempts ?? 0;
  if (attempts === 0) return { name: 'delivery', is: 'waiting', text: `${note.state} is not delivered yet`, help: [] };
  return {
    name: 'delivery',
    is: 'broken',
    text: `${note.state} was refused ${attempts} ${attempts === 1 ? 'time' : 'times'}`,
    help: [
      "The controller's log has the provider's response. Check the token, the permissions of the GitHub App and the name of the repository.",
    ],
  };
}

function providerStep({ reports }: TraceFacts): Step {
  if (typeof reports === 'string') return later('provider', reports);
  const [last] = reports;
  if (!last) return { name: 'provider', is: 'broken', text: 'the provider has no status of it', help: [] };
  const words = last.description === '' ? '' : `: ${last.description}`;
  return {
    name: 'provider',
    is: 'done',
    text: `${last.environment ?? last.context ?? ''} is ${last.state}${words}`,
    help: [],
  };
}

/** All steps, in order. */
export function trace(facts: TraceFacts): Step[] {
  return [
    lockStep(facts.cell),
    recordStep(facts),
    targetStep(facts),
    deployedStep(facts),
    noteStep(facts),
    deliveryStep(facts),
    providerStep(facts),
  ];
}
