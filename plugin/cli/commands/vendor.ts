/**
 * `waybill vendor`: puts what charts and kustomizations take from elsewhere into the repository.
 */
import { failure } from '../../diagnostics/failure.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { git } from '../../git/git.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits } from '../../policy/policy.ts';
import { writeFiles } from '../../updates/write-files.ts';
import { changedVendored } from '../../vendor/vendored.ts';
import { vendor } from '../../vendor/vendor.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { onePlace, readSourceOf } from '../options/application-location.ts';
import { renderOptions } from '../options/render.ts';
import type { Session } from '../session.ts';

/** Commits these files and nothing else, also where a .gitignore names them. */
async function commit(session: Session, root: string, files: readonly string[]): Promise<void> {
  const run = async (...args: string[]) => {
    const { status, stderr } = await git(args, { cwd: root, env: session.env });
    if (status === 0) return;
    throw failure('git-failed', `git ${args[0] ?? ''} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  };
  await run('add', '--force', '--', ...files);
  await run('commit', '--quiet', '--message', 'Vendor charts and bases', '--', ...files);
  session.note(`committed ${files.length} files`);
}

export const define: Define = (session) =>
  newCommand('vendor', ['waybill vendor', 'waybill vendor apps/web --commit', 'waybill vendor --check'])
    .description(
      'Fetch the dependencies of charts (HTTP and OCI repositories, by Chart.lock) and the remote bases of kustomizations (by commit) into the repository, so that renders need no network. ' +
        'Their digests are in vendor/waybill-vendor.yaml.',
    )
    .argument('[dirs...]', 'directories to search', ['.'])
    .option('--commit', 'commit only the written files', false)
    .option('--check', 'fetch nothing, and compare the existing files with the digests', false)
    .addOption(renderOptions.root())
    .action(async (typed, options) => {
      if (options.check && options.commit) throw new UsageError('--check writes nothing: leave out --commit');
      const { root, directories } = onePlace(session, typed, options.root);
      const policy = loadPolicy(session.env, 'cli');
      const tree = createDirectoryTree(root, fileLimits(policy));
      session.readSource = readSourceOf(tree);
      if (options.check) {
        const wrong = changedVendored(tree);
        if (wrong.length > 0)
          throw failure('vendor-changed', `${wrong.length} vendored files or directories are not what was fetched`, {
            location: { file: 'vendor/waybill-vendor.yaml' },
            help: wrong,
          });
        session.note('everything is what was fetched');
        session.finish();
        return;
      }
      const { files, told } = await session.during(
        'fetching',
        vendor({ tree, directories, policy, binaries: { env: session.env } }),
      );
      writeFiles(root, files, false);
      for (const line of told) session.note(line);
      if (files.size === 0) session.note('nothing is fetched from elsewhere');
      else if (options.commit) await commit(session, root, [...files.keys()]);
      session.finish();
    });
