/**
 * `waybill plugin generate|parameters`: what the sidecar runs, in the application's folder of the received repository.
 */
import { generate, manifestTexts, parametersOf, type ReceivedApplication } from '../../argocd/generate.ts';
import { findReceived } from '../../argocd/root.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { watch } from '../../limits/watch.ts';
import { loadPolicy } from '../../policy/load.ts';
import { fileLimits, type Policy } from '../../policy/policy.ts';
import { type Define, newCommand } from '../command.ts';
import { readSourceOf } from '../options/application-location.ts';
import type { Session } from '../session.ts';

/** Characters that are written at once: the whole output in one text would be in memory three times. */
const PIECE = 4 * 1024 * 1024;

function open(session: Session, policy: Policy): ReceivedApplication {
  const { root, directory } = findReceived(session.cwd, session.env);
  const tree = createDirectoryTree(root, fileLimits(policy));
  session.readSource = readSourceOf(tree);
  return { tree, directory, policy };
}

/** Does `work` within the policy's limits of time and memory. */
async function limited(
  work: (received: ReceivedApplication, session: Session) => Promise<void>,
  session: Session,
): Promise<void> {
  const policy = loadPolicy(session.env, 'plugin');
  await watch(policy.limits, async () => work(open(session, policy), session));
}

async function printManifests(received: ReceivedApplication, session: Session): Promise<void> {
  const { env, warn } = session;
  const resources = await generate({ ...received, pluginEnv: env, ownEnv: env, warn });
  let piece = '';
  for (const text of manifestTexts(resources, received.policy)) {
    piece += text;
    if (piece.length < PIECE) continue;
    session.print(piece);
    piece = '';
  }
  session.print(piece);
  session.finish();
}

async function printParameters(received: ReceivedApplication, session: Session): Promise<void> {
  session.print(`${JSON.stringify(parametersOf(received))}\n`);
  session.finish();
}

export const define: Define = (session) =>
  newCommand('plugin')
    .description("The commands that Argo CD's cmp-server runs in the sidecar. Use render instead.")
    .addCommand(
      newCommand('generate')
        .description('Print the resources of the Application that ARGOCD_APP_* describes.')
        .action(() => limited(printManifests, session)),
    )
    .addCommand(
      newCommand('parameters')
        .description("Print the plugin parameters for Argo CD's UI.")
        .action(() => limited(printParameters, session)),
    );
