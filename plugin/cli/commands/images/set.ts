/**
 * `waybill images set NAME…`: the last step of a pipeline that has built images.
 */
import { basename } from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { slug } from '../../../templates/slug.ts';
import { type ImageOutcome, isChange } from '../../../updates/outcome.ts';
import { writeTargets } from '../../../updates/write-targets.ts';
import { collect, type Define, newCommand, UsageError } from '../../command.ts';
import type { Session } from '../../session.ts';
import { checkoutsOf, deliveryOf, outputOption, report, showSourceLines, withDelivery } from './delivery.ts';

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('expected a whole number');
}

/** Third-party images need no source; of one's own it is easily forgotten, and nothing would ever be reported. */
function noteUnreported(session: Session, outcomes: readonly ImageOutcome[]): void {
  const unreported = outcomes.filter((one) => isChange(one) && !one.after?.source && !one.thirdParty);
  for (const name of new Set(unreported.map((one) => one.name))) {
    session.note(
      `${name} has no source commit: its deployments are not reported (set --source-commit, or --no-source if this is intended)`,
    );
  }
}

export const define: Define = (session) =>
  withDelivery(
    newCommand('set', [
      'waybill images set ghcr.io/acme/user-service=:sha-8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706 -e production --push',
      'waybill images set ghcr.io/acme/api ghcr.io/acme/worker --tag 1.4.2 -e staging -C apps/shop --commit',
      'waybill images set ghcr.io/acme/api=:1.4.2 --write manifests --file "k8s/base/services/*/deployment.yaml"',
    ])
      .description(
        'Write built images into the lock of an environment. Repository, commit, ref, pull request and run are read from the CI system unless they are given.',
      )
      .argument('<images...>', 'NAME, NAME=:TAG, NAME=@DIGEST, NAME=:TAG@DIGEST or NAME=NEWNAME:TAG')
      .option('-e, --environment <env>', 'the environment')
      .option('--tag <tag>', 'the tag of images whose argument has neither tag nor digest')
      .option('--digest <digest>', 'the digest of images whose argument has neither tag nor digest')
      .option('--source-repository <url>', 'the source repository of the images')
      .option('--source-commit <sha>', 'the full source commit')
      .option('--source-ref <ref>', 'the git ref that was built')
      .option('--pull-request <number>', 'the pull request that was built', wholeNumber)
      .option('--run <url>', 'the CI run')
      .option('--source-version <version>', 'the human-readable version')
      .option('--no-source', 'write no source, for third-party images'),
  )
    .addOption(new Option('--write <where>', 'the folder to write to').choices(writeTargets).default('lock' as const))
    .option('--file <file>', 'the file to edit, or a glob, with --write other than lock (repeatable)', collect, [])
    .option(
      '--values-path <path>',
      'with --write helm-values: the mapping with repository, tag and digest, such as image',
    )
    .option(
      '--record <file>',
      'with --write other than lock, and -e: also write the record into this file of the source',
    )
    .option('--app <name>', "with --record: the name of Argo CD's Application (default: the directory's)")
    .option('--namespace <namespace>', 'with --record: the namespace of the destination (default: set by Argo CD)')
    .option('--all', 'in every application below the directory that has one of the images, in one commit')
    .option('--application <dir>', 'in this application, or those of a glob (repeatable), in one commit', collect, [])
    .option('--new', 'allow an image that no file of the application has')
    .option('--allow-older', 'allow an older source commit')
    .option('--allow-held', 'allow a held version, and remove its hold')
    .addOption(outputOption())
    .action(async (texts, options) => {
      showSourceLines(session);
      if (options.write === 'lock' && options.environment === undefined)
        throw new UsageError('give the environment: -e ENV');
      if (options.write === 'lock' && options.file.length > 0)
        throw new UsageError('--file needs --write manifests, kustomization or helm-values');
      if (options.valuesPath !== undefined && (options.write !== 'helm-values' || texts.length > 1)) {
        throw new UsageError('--values-path needs --write helm-values and one image');
      }
      if (options.record !== undefined && options.write === 'lock')
        throw new UsageError('--record needs --write; where waybill.yaml names the file (record), the lock is enough');
      if (options.record !== undefined && options.environment === undefined)
        throw new UsageError('--record needs the environment: -e ENV');
      if (options.record === undefined && (options.app !== undefined || options.namespace !== undefined))
        throw new UsageError('--app and --namespace need --record');
      const about = ['sourceRepository', 'sourceCommit', 'sourceRef', 'pullRequest', 'run', 'sourceVersion'] as const;
      if (!options.source && about.some((one) => options[one] !== undefined))
        throw new UsageError('--no-source excludes the options that describe a source');
      const { all = false, application } = options;
      if (all && application.length > 0) throw new UsageError('--all and --application exclude each other');
      if ((all || application.length > 0) && options.write !== 'lock')
        throw new UsageError('--all and --application need --write lock; with the others, --file takes globs');
      if (all && options.new) throw new UsageError('--new needs --application, because no application has a new image');
      const [{ detectCi, readCiFile }, { parseImageRequests, sourceFacts }, { setImages }] = await Promise.all([
        import('../../../ci/detect.ts'),
        import('../../../updates/request.ts'),
        import('../../../updates/set.ts'),
      ]);
      const ci = detectCi(session.env, readCiFile);
      const delivery = deliveryOf(session, options);
      const own = slug(basename(delivery.directory)) || 'application';
      const delivered = await setImages(
        {
          write: options.write,
          record:
            options.record === undefined
              ? undefined
              : { file: options.record, application: options.app ?? own, namespace: options.namespace },
          environment: options.environment,
          all,
          applications: application,
          images: parseImageRequests(texts, options),
          facts: options.source ? sourceFacts(options, ci) : undefined,
          files: options.file,
          valuesPath: options.valuesPath,
          allowNew: options.new ?? false,
          allowOlder: options.allowOlder ?? false,
          allowHeld: options.allowHeld ?? false,
          checkouts: checkoutsOf(session, ci),
        },
        delivery,
      );
      report(session, delivered, options.output);
      if ((options.write === 'lock' || options.record !== undefined) && options.source)
        noteUnreported(session, delivered.result);
      session.finish();
    });
