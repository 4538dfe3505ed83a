/**
 * `waybill adopt`: the operator's side and CI's, for what is in the repository.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { adopt, secretFile } from '../../adopt/adopt.ts';
import { gatherFacts } from '../../adopt/facts.ts';
import { failure } from '../../diagnostics/failure.ts';
import { git } from '../../git/git.ts';
import { findDeployed } from '../../init/deployed-by.ts';
import { parseRepository } from '../../record/repository.ts';
import { writeFiles } from '../../updates/write-files.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { renderOptions, renderRequest } from '../options/render.ts';
import { version } from '../version.ts';
import { readInput } from './notification/read.ts';

const organizationName = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/u;

/** Where people open Argo CD. */
function addressOf(given: string | undefined, server: string | undefined): string {
  const url = given ?? (server === undefined || server === '' ? undefined : `https://${server}`);
  if (url === undefined)
    throw new UsageError('give --argocd-url URL: the address at which people open Argo CD, for links in statuses');
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw new UsageError(`--argocd-url ${url}: expected an address such as https://argocd.acme.dev`);
  return url.replace(/\/+$/u, '');
}

/** The paths of those files that are not in the folder with the same content. */
function changedFiles(folder: string, files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => {
    const file = join(folder, path);
    return existsSync(file) && readFileSync(file, 'utf8') === text ? [] : [path];
  });
}

export const define: Define = (session) =>
  newCommand('adopt', [
    'waybill adopt --argocd-url https://argocd.acme.dev',
    'waybill adopt --argocd helm --argocd-url https://argocd.acme.dev',
    'waybill adopt --native --github-app --argocd-url https://argocd.acme.dev',
  ])
    .description(
      "Write the operator's side for the applications of a repository (after waybill init --all): the sidecar with a policy, notifications, patches for the Applications, " +
        'workflows for CI. Print the steps to apply them in order, and how to revert them. The command changes nothing in a cluster.',
    )
    .argument('[dir]', 'the directory of the applications', '.')
    .addOption(
      new Option('--argocd <how>', "how Argo CD was installed: by its manifests or by argo-helm's chart")
        .choices(['install', 'helm'] as const)
        .default('install' as const),
    )
    .option('--native', 'without the sidecar: Argo CD renders as before, and records are committed', false)
    .option(
      '--organization <name>',
      "the owner of the source repositories at GitHub (default: the owner of this repository's origin)",
    )
    .option('--repository <url>', "the repository's URL in Argo CD (default: origin)")
    .option('--argocd-url <url>', "Argo CD's address, for links in statuses (default: https://ARGOCD_SERVER)")
    .option('--github-app', 'also create the GitHub App, like waybill notifications github-app', false)
    .option('--no-browser', 'with --github-app: only print the URL of the page')
    .option('--merge <file>', 'keep the settings of this ConfigMap argocd-notifications-cm (or chart values)')
    .option('--output <dir>', 'the folder to write to', 'waybill-adopt')
    .option('--overwrite', 'also replace files with other content, such as notifications.yaml with your changes', false)
    .option('--print', 'print the files instead of writing them', false)
    .addOption(renderOptions.root())
    .action(async (typed, options) => {
      const request = renderRequest(session, typed, options, false);
      const { tree, directory } = request;
      const asked = await git(['config', '--get', 'remote.origin.url'], {
        cwd: tree.directory ?? session.cwd,
        env: session.env,
      });
      const origin = asked.status === 0 ? asked.stdout.toString().trim() : undefined;
      const repoURL = options.repository ?? origin;
      const repository = repoURL === undefined ? undefined : parseRepository(repoURL);
      const organization = options.organization ?? repository?.owner;
      if (repoURL === undefined || repository === undefined)
        throw new UsageError('the repository has no remote origin that names one: give --repository URL');
      if (organization === undefined || !organizationName.test(organization))
        throw new UsageError(`--organization ${organization ?? ''}: no organisation has this name`);
      const argocdURL = addressOf(options.argocdUrl, session.env['ARGOCD_SERVER']);
      if (options.githubApp && options.print) throw new UsageError('--print writes nothing: leave out --github-app');
      const { merge } = options;
      const ownSettings = merge === undefined ? undefined : { file: merge, text: readInput(session, merge).toString() };
      // What an earlier run wrote deploys nothing before it is applied.
      const own = relative(tree.directory ?? session.cwd, session.path(options.output));
      const deployed = await findDeployed(request);
      const others = deployed.applications.filter(({ location }) => !location.file.startsWith(`${own}/`));
      const facts = await gatherFacts(tree, directory, { ...deployed, applications: others });
      for (const warning of facts.warnings) session.warn(warning);
      const { files, steps, warnings } = adopt(facts, {
        installation: options.argocd,
        native: options.native,
        organization,
        repoURL,
        repositoryName: `${repository.owner}/${repository.name}`,
        argocdURL,
        version,
        folder: options.output,
        makesApp: options.githubApp,
        ownSettings,
      });
      for (const warning of warnings) session.warn(warning);
      if (options.print) {
        for (const [path, text] of files) session.print(`---\n# ${options.output}/${path}\n${text}`);
      } else {
        const written = changedFiles(session.path(options.output), files);
        const other = written.find((path) => existsSync(session.path(`${options.output}/${path}`)));
        if (other !== undefined && !options.overwrite)
          throw failure('adopt-exists', `${options.output}/${other} is there with other content`, {
            help: [
              'To replace it, give --overwrite; your changes in it are lost unless git has them.',
              'To compare first, write to another folder with --output.',
            ],
          });
        writeFiles(session.path(options.output), new Map([...files].filter(([path]) => written.includes(path))), false);
        const same = files.size - written.length;
        const unchanged = same === 0 ? '' : `, ${same} unchanged`;
        session.note(
          `${options.output} is written: ${written.length} file${written.length === 1 ? '' : 's'}${unchanged}`,
        );
        session.print(`${steps.join('\n')}\n`);
        if (options.githubApp) {
          const { makeUsualApp } = await import('./notification/github-app.ts');
          if (existsSync(session.path(`${options.output}/${secretFile}`)))
            session.note(`${options.output}/${secretFile} is there: the GitHub App is not made again`);
          else await makeUsualApp(session, organization, `${options.output}/${secretFile}`, options.browser);
        }
      }
      session.finish();
    });
