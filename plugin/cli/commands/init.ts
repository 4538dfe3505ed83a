/**
 * `waybill init`: a first waybill.yaml from what is there, for one application or for all below a directory.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftOutLines } from '../../applications/left-out.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { type Proposal, propose } from '../../init/init.ts';
import type { InitRequest } from '../../init/request.ts';
import { proposeAll } from '../../init/several.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';
import type { Session } from '../session.ts';

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** `staging (5 objects), prod-eu (overlays/Prod_EU: 6 objects)`; one application without environments is its objects. */
function objectsOf({ proved }: Proposal): string {
  return proved
    .map(({ environment, result, today }) => {
      const objects = count(result.resources.length, 'object');
      if (environment === undefined) return objects;
      const { name, raw } = environment;
      return `${name} (${raw === name ? '' : `${today ?? raw}: `}${objects})`;
    })
    .join(', ');
}

/** What the comparison with today's render is worth, in words. */
function proofOf({ proved }: Proposal): string {
  if (proved.every(({ today }) => today !== undefined)) return 'each equal to what Argo CD renders today';
  return 'each as its source has it';
}

function write(request: InitRequest, { file, text }: Proposal): void {
  try {
    writeFileSync(join(request.tree.directory ?? '', file), text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw failure('file-unreadable', `${file} cannot be written (${String(error.code)})`, { location: { file } });
  }
}

/** Each warning once: several renders of one environment are compared. */
function warnOnce(session: Session): (warning: Diagnostic) => void {
  const told = new Set<string>();
  return (warning) => {
    const key = JSON.stringify(warning);
    if (!told.has(key)) session.warn(warning);
    told.add(key);
  };
}

async function initOne(session: Session, request: InitRequest, typed: string, print: boolean): Promise<void> {
  const proposal = await propose(request);
  for (const line of leftOutLines(proposal.leftOut)) session.note(line);
  if (print) {
    session.print(proposal.text);
    return;
  }
  write(request, proposal);
  session.note(`${proposal.file} is written: ${objectsOf(proposal)}, ${proofOf(proposal)}`);
  const first = proposal.proved[0]?.environment?.name;
  session.note(`Next: waybill render ${typed}${first === undefined ? '' : ` -e ${first}`}`);
}

async function initAll(session: Session, request: InitRequest, typed: string, print: boolean): Promise<void> {
  const proposals: Proposal[] = [];
  const { leftOut, refused } = await proposeAll(request, (proposal) => {
    session.progress('');
    proposals.push(proposal);
    for (const line of leftOutLines(proposal.leftOut)) session.note(line);
    if (print) session.print(`${proposals.length === 1 ? '' : '---\n'}# ${proposal.file}\n${proposal.text}`);
    else {
      write(request, proposal);
      session.note(`${proposal.file} is written: ${objectsOf(proposal)}, ${proofOf(proposal)}`);
    }
  });
  session.progress('');
  session.report(refused);
  for (const line of leftOutLines(leftOut)) session.note(line);
  if (proposals.length === 0 && !leftOut.some(({ reason }) => reason.includes('waybill.yaml'))) {
    throw failure('init-nothing', `no application was found in ${typed} or below that renders`, {
      help: ['Looked for: charts (Chart.yaml), kustomizations, overlays, and manifests (*.yaml, *.yml, *.json).'],
    });
  }
  const proved = proposals.flatMap((one) => one.proved);
  const equal = proved.filter(({ today }) => today !== undefined);
  const objects = equal.reduce((sum, { result }) => sum + result.resources.length, 0);
  session.note(
    `${count(proposals.length, 'application')}, ${count(proved.length, 'render')}; ${count(objects, 'object')} of ${objects} equal to what Argo CD renders today`,
  );
  if (!print && proposals.length > 0) session.note(`Next: waybill validate ${typed}`);
}

export const define: Define = (session) =>
  newCommand('init', [
    'waybill init apps/user-service',
    'waybill init apps/user-service --print',
    'waybill init --all apps',
  ])
    .description(
      "Write a first waybill.yaml from what is there: kustomize overlays, helm's values files, folders of environments, images. " +
        'What is written has been rendered in every environment and compared with what its folder renders without it.',
    )
    .argument('[dir]', 'the application directory; with --all one above many', '.')
    .option(
      '--all',
      'every application at and below the directory; those that do not render are reported and left out',
      false,
    )
    .option('--print', 'print the file instead of writing it', false)
    .addOption(renderOptions.app())
    .addOption(renderOptions.namespace())
    .addOption(renderOptions.kubeVersion())
    .addOption(renderOptions.apiVersions())
    .addOption(renderOptions.root())
    .action(async (directory, { print, all, ...options }) => {
      if (all && options.app !== undefined) throw new UsageError('--app names one application: leave out --all');
      const request = { ...renderRequest(session, directory, options, true), warn: warnOnce(session) };
      if (all) await initAll(session, request, directory, print);
      else await initOne(session, request, directory, print);
      session.finish();
    });
