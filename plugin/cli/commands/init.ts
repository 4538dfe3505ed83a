/**
 * `waybill init`: a first waybill.yaml from what is there, for one application or for all below a directory.
 */
import { realpathSync } from 'node:fs';
import type { ElsewhereApplication } from '../../applications/argocd/read.ts';
import { leftOutLines } from '../../applications/left-out.ts';
import { configFile } from '../../config/file-names.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { Failure, failure } from '../../diagnostics/failure.ts';
import { groupByCause } from '../../diagnostics/group.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { isSystemError } from '../../diagnostics/system-error.ts';
import { joinPath, parentPath } from '../../files/path.ts';
import { git } from '../../git/git.ts';
import { findDeployed } from '../../init/deployed-by.ts';
import { environmentName } from '../../init/environments.ts';
import { type Proposal, propose } from '../../init/init.ts';
import { refusePart } from '../../init/inside.ts';
import type { InitRequest } from '../../init/request.ts';
import { proposeAll } from '../../init/several.ts';
import { parseRepository } from '../../record/repository.ts';
import { newCaches } from '../../renders/many.ts';
import type { Delivery } from '../../updates/intent.ts';
import { writeFiles } from '../../updates/write-files.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';
import type { Session } from '../session.ts';
import { deliveryOf, reportDelivery } from './images/delivery.ts';

const count = (number: number, word: string, plural = `${word}s`): string =>
  `${number} ${number === 1 ? word : plural}`;

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

/** The files of a proposal by tree path. */
function filesOf({ file, text, locks }: Proposal): Map<string, string> {
  return new Map([...Array.from(locks, ([path, lock]) => [path, lock.text] as const), [file, text] as const]);
}

/** What the command does with what is proposed. */
interface Wish {
  readonly typed: string;
  readonly print: boolean;
  /** Undefined: files are written as they are proposed. */
  readonly delivery: Delivery | undefined;
  readonly warnings: Warnings;
  /** Applications that deploy nothing of this repository. */
  readonly elsewhere: readonly ElsewhereApplication[];
}

/** Writes everything at once, with the records that belong to it. */
async function deliverAll(session: Session, proposals: readonly Proposal[], delivery: Delivery): Promise<void> {
  if (proposals.length === 0) return;
  const { deliverDescriptions } = await import('../../updates/describe.ts');
  const described = proposals.map((one) => ({ directory: parentPath(one.file), files: filesOf(one) }));
  const delivered = await deliverDescriptions(described, delivery);
  proposals.forEach((one) => tellWritten(session, one));
  if (delivery.to !== 'work-tree') reportDelivery(session, delivered);
}

/** What was assumed, for people to check. */
function tellGuesses(session: Session, proposals: readonly Proposal[], environment: string | undefined): void {
  const sole = proposals.filter(({ isSole }) => isSole).map(({ file }) => parentPath(file) || '.');
  if (environment !== undefined && sole.length > 0)
    session.note(
      `the files of ${listNames(sole)} name no environment: it is ${environment} (--environment NAME for another)`,
    );
  const guessed = proposals.filter((one) => one.guessed.length > 0).map(({ file }) => file);
  if (guessed.length > 0)
    session.note(
      `no Application in the repository deploys all of ${listNames(guessed.map((one) => parentPath(one) || '.'))}: check that record.application in waybill.yaml is the name that Argo CD's Application has`,
    );
}

/** The locks first: a command that was killed in between then finds no waybill.yaml, and begins again. */
function write(request: InitRequest, { file, text, locks }: Proposal): void {
  const root = request.tree.directory ?? '';
  const files = new Map(Array.from(locks, ([path, lock]) => [path, lock.text]));
  try {
    for (const one of [files, new Map([[file, text]])]) if (one.size > 0) writeFiles(root, one, false);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw failure('file-unreadable', `${file} cannot be written (${error.code})`, { location: { file } });
  }
}

function tellWritten(session: Session, proposal: Proposal): void {
  const { file, locks, restarts } = proposal;
  session.note(`${file} is written: ${objectsOf(proposal)}, ${proofOf(proposal)}`);
  if (locks.size > 0) {
    const names = [...new Set([...locks.values()].flatMap((lock) => lock.names))];
    session.note(`${[...locks.keys()].join(', ')} ${locks.size === 1 ? 'is' : 'are'} written: ${names.join(', ')}`);
  }
  if (restarts.length > 0) session.note(`the pods of these would restart: ${restarts.join(', ')}`);
}

/** Who owns the repository at its provider, by its remote `origin`. */
async function ownerOf(session: Session, root: string): Promise<string | undefined> {
  const { status, stdout } = await git(['config', '--get', 'remote.origin.url'], { cwd: root, env: session.env });
  return status === 0 ? parseRepository(stdout.toString().trim())?.owner : undefined;
}

/** Registries, for questions that may go unanswered. */
async function registryFor(session: Session): Promise<InitRequest['registry']> {
  const [{ createRegistry }, { RunRegistry }] = await Promise.all([
    import('../../registries/client.ts'),
    import('../../updates/run-registry.ts'),
  ]);
  return new RunRegistry(createRegistry({ env: session.env, retries: 1, timeoutMs: 10_000 }));
}

/** Warnings, for later and each once: proposals are rendered several times, before and after their text is complete. */
class Warnings {
  readonly #kept = new Map<string, Diagnostic>();
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  readonly add = (warning: Diagnostic): void => {
    const { code, message, location } = warning;
    this.#kept.set(JSON.stringify([code, message, location?.file]), warning);
  };

  /** Reports what was kept, by cause. The files that are not written yet are not shown. */
  report(names: readonly string[]): void {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    this.#session.report(groupByCause(all, names).diagnostics);
  }
}

/** What would be written. One file alone is printed as it is; of several, each begins with its path. */
function printed({ file, text, locks }: Proposal, several: boolean): string {
  const all = [[file, text] as const, ...Array.from(locks, ([path, lock]) => [path, lock.text] as const)];
  if (all.length === 1 && !several) return text;
  return all.map(([path, content], index) => `${index === 0 ? '' : '---\n'}# ${path}\n${content}`).join('');
}

/** What the Applications of the repository deploy from elsewhere, and what to do there; a few are named. */
function elsewhereLines(elsewhere: readonly ElsewhereApplication[]): string[] {
  const shown = elsewhere.slice(0, 3).map(({ name, what, location }) => {
    const line = location.line === undefined ? '' : `:${location.line}`;
    return `The Application ${name} (${location.file}${line}) deploys ${what}.`;
  });
  const more = elsewhere.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`${more} more deploy what is not here.`] : []),
    ...(elsewhere.some(({ isChart }) => !isChart)
      ? ['Where a path is not in this repository, correct it, or start waybill init in the repository that it names.']
      : []),
    ...(elsewhere.some(({ isChart }) => isChart)
      ? ['A chart from a registry is described by hand, beside its values: docs/native.md#a-chart-from-a-registry.']
      : []),
  ];
}

async function initOne(
  session: Session,
  request: InitRequest,
  { typed, print, delivery, warnings }: Wish,
): Promise<void> {
  if (request.tree.kind(joinPath(request.directory, configFile)) === undefined)
    refusePart(request.tree, request.directory);
  const proposal = await propose(request);
  if (!print && delivery === undefined) write(request, proposal);
  warnings.report([]);
  for (const line of leftOutLines(proposal.leftOut)) session.note(line);
  if (print) {
    session.print(printed(proposal, false));
    return;
  }
  if (delivery === undefined) tellWritten(session, proposal);
  else await deliverAll(session, [proposal], delivery);
  tellGuesses(session, [proposal], request.soleEnvironment);
  const first = proposal.proved[0]?.environment?.name;
  session.note(`Next: waybill render ${typed}${first === undefined ? '' : ` -e ${first}`}`);
}

async function initAll(
  session: Session,
  request: InitRequest,
  { typed, print, delivery, warnings, elsewhere }: Wish,
): Promise<void> {
  const proposals: Proposal[] = [];
  const { leftOut, refused, remote } = await proposeAll(request, (proposal) => {
    session.progress('');
    proposals.push(proposal);
    for (const line of leftOutLines(proposal.leftOut)) session.note(line);
    if (print) session.print(`${proposals.length === 1 ? '' : '---\n'}${printed(proposal, true)}`);
    else if (delivery === undefined) {
      write(request, proposal);
      tellWritten(session, proposal);
    }
  });
  session.progress('');
  refused.forEach(warnings.add);
  warnings.report([
    ...proposals.flatMap(({ proved }) => proved.map(({ environment }) => environment?.name ?? '')),
    ...leftOut.map(({ directory }) => directory),
  ]);
  for (const line of leftOutLines(leftOut)) session.note(line);
  if (remote.length > 0) {
    session.note(
      `${count(remote.length, 'directory', 'directories')} would fetch charts or bases from elsewhere: fetch and commit them with waybill vendor ${remote.join(' ')}, ` +
        'or the operator lets a render fetch them (remote.helmDependencies, remote.kustomizeBases in the policy)',
    );
  }
  if (proposals.length === 0 && !leftOut.some(({ reason }) => reason.includes('waybill.yaml'))) {
    throw failure('init-nothing', `no application was found in ${typed} or below that renders`, {
      help: [
        'Looked for: charts (Chart.yaml), kustomizations, overlays, and manifests (*.yaml, *.yml, *.json).',
        ...elsewhereLines(elsewhere),
      ],
    });
  }
  if (!print && delivery !== undefined) await deliverAll(session, proposals, delivery);
  tellGuesses(session, proposals, request.soleEnvironment);
  for (const line of elsewhereLines(elsewhere)) session.note(line);
  const proved = proposals.flatMap((one) => one.proved);
  const equal = proved.filter(({ today }) => today !== undefined);
  const objects = equal.reduce((sum, { result }) => sum + result.resources.length, 0);
  const changed = [...new Set(proposals.flatMap((one) => one.restarts))];
  const pods = changed.length === 0 ? 'no pod restarts' : `the pods of ${changed.join(', ')} restart`;
  session.note(
    `${count(proposals.length, 'application')}, ${count(proved.length, 'render')}; ${count(objects, 'object')} of ${objects} equal to what Argo CD renders today, ${pods}`,
  );
  if (!print && proposals.length > 0) session.note(`Next: waybill validate ${typed}`);
}

/** Failure `git-repository` with what does without git. */
function withoutGit(error: unknown, asked: readonly string[]): unknown {
  if (!(error instanceof Failure) || asked.length === 0) return error;
  const advice = `To write the files without a commit, leave out ${asked.join(' and ')}.`;
  return new Failure(
    error.diagnostics.map((one) =>
      one.code === 'git-repository' ? Object.assign({}, one, { help: [...(one.help ?? []), advice] }) : one,
    ),
  );
}

export const define: Define = (session) =>
  newCommand('init', [
    'waybill init apps/user-service',
    'waybill init apps/user-service --print',
    'waybill init --all apps',
    'waybill init --all --native --push',
  ])
    .description(
      "Write a first waybill.yaml from the existing files: kustomize overlays, helm's values files, folders of environments, images. " +
        'Every environment is first rendered and compared with what its folder renders without waybill.yaml.',
    )
    .argument('[dir]', 'the application directory; with --all, a directory above several', '.')
    .option(
      '--all',
      'every application at and below the directory; those that do not render are reported and skipped',
      false,
    )
    .option(
      '--native',
      'without the sidecar: Argo CD renders as before, and waybill.yaml names the files of the records',
      false,
    )
    .option(
      '--environment <name>',
      'the environment of applications whose folders and files name none (default with --native: production)',
    )
    .option('--print', 'print the files instead of writing them', false)
    .option('--no-locks', 'write no locks: the manifests continue to select the images')
    .option('--registries', 'read the source repository and commit of the images from the registries', false)
    .addOption(renderOptions.app())
    .addOption(renderOptions.namespace())
    .addOption(renderOptions.kubeVersion())
    .addOption(renderOptions.apiVersions())
    .addOption(renderOptions.root())
    .option('--commit', 'commit only the written files')
    .option('--push', 'push the commit to the remote branch')
    .action(async (directory, { print, all, locks, registries, native, commit, push, ...options }) => {
      if (print && (commit || push)) throw new UsageError('--print writes nothing: leave out --commit and --push');
      const soleEnvironment = options.environment ?? (native ? 'production' : undefined);
      if (soleEnvironment !== undefined && environmentName(soleEnvironment) !== soleEnvironment)
        throw new UsageError(
          `--environment ${soleEnvironment}: an environment has lower-case letters, digits and hyphens`,
        );
      if (all && options.app !== undefined) throw new UsageError('--app names one application: leave out --all');
      const kept = new Warnings(session);
      // A proposal is rendered several times, and kustomize and helm get the same each time.
      const reuse = newCaches().in('init');
      const plain = { ...renderRequest(session, directory, options, true), warn: kept.add, reuse };
      const { applications, warnings, elsewhere } = await findDeployed(plain);
      for (const warning of warnings) plain.warn(warning);
      const registry = registries ? await registryFor(session) : undefined;
      const owner = await ownerOf(session, plain.tree.directory ?? session.cwd);
      const request = { ...plain, deployed: applications, owner, locks, registry, native, soleEnvironment };
      const delivery =
        native || commit || push
          ? { ...deliveryOf(session, { commit, push }), directory: realpathSync(session.path(directory)) }
          : undefined;
      try {
        await (all ? initAll : initOne)(session, request, {
          typed: directory,
          print,
          delivery,
          warnings: kept,
          elsewhere,
        });
      } catch (error) {
        throw withoutGit(error, [...(commit ? ['--commit'] : []), ...(push ? ['--push'] : [])]);
      } finally {
        kept.report([]);
      }
      session.finish();
    });
