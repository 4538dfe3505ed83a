/**
 * `waybill plugin generate|parameters`: what the sidecar runs, in the application's folder of the received repository.
 */
import { announce } from '../../argocd/announcement.ts';
import { readPluginEnvironment } from '../../argocd/environment.ts';
import { findReceived } from '../../argocd/root.ts';
import { loadApplication } from '../../config/load.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import type { FileTree } from '../../files/tree.ts';
import { writeResources } from '../../output/stream.ts';
import { loadPolicy } from '../../policy/load.ts';
import { enforceOutput } from '../../policy/enforce.ts';
import { fileLimits, type Policy } from '../../policy/policy.ts';
import { parseOverride } from '../../references/override.ts';
import { render } from '../../render.ts';
import type { Resource } from '../../resources/resource.ts';
import { type Define, newCommand } from '../command.ts';
import { readSourceOf } from '../options/place.ts';
import type { Session } from '../session.ts';

function open(session: Session): { tree: FileTree; directory: string; policy: Policy } {
  const { root, directory } = findReceived(session.cwd, session.env);
  const policy = loadPolicy(session.env, 'plugin');
  const tree = createDirectoryTree(root, fileLimits(policy));
  session.readSource = readSourceOf(tree);
  return { tree, directory, policy };
}

async function generate(session: Session): Promise<void> {
  const { tree, directory, policy } = open(session);
  const { app, environment, images, values, kubeVersion, apiVersions } = readPluginEnvironment(session.env);
  const { resources } = await render({
    tree,
    directory,
    environment,
    app,
    values,
    images: images.map(({ text, label }) => parseOverride(text, label)),
    kubeVersion,
    apiVersions,
    stamp: true,
    policy,
    binaries: { env: session.env },
    warn: session.warn,
  });
  for (const text of judgedOutput(resources, policy)) session.print(text);
  session.finish();
}

/** Characters that are written at once: the whole output in one text would be in memory three times. */
const PIECE = 4 * 1024 * 1024;

/** The text of the resources in pieces. Failure `limit-output` as soon as there are too many bytes. */
function judgedOutput(resources: readonly Resource[], policy: Policy): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const resource of resources) {
    const text = writeResources([resource], 'json');
    bytes += Buffer.byteLength(text);
    enforceOutput(policy, bytes);
    piece += text;
    if (piece.length < PIECE) continue;
    pieces.push(piece);
    piece = '';
  }
  return [...pieces, piece];
}

function parameters(session: Session): void {
  const { tree, directory, policy } = open(session);
  const { environments, config } = loadApplication(tree, directory, policy.limits);
  session.print(announce(environments, Object.keys(config.values ?? {})));
  session.finish();
}

export const define: Define = (session) =>
  newCommand('plugin')
    .description("What Argo CD's cmp-server runs in the sidecar. People use render.")
    .addCommand(
      newCommand('generate')
        .description('Print the resources of the Application that ARGOCD_APP_* describes.')
        .action(() => generate(session)),
    )
    .addCommand(
      newCommand('parameters')
        .description('Announce the plugin parameters to the UI of Argo CD.')
        .action(() => parameters(session)),
    );
