/**
 * Many applications at once: a proposal for each directory that looks like one.
 */
import type { LeftOut } from '../applications/find.ts';
import { configFile } from '../config/file-names.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import { baseName, joinPath } from '../files/path.ts';
import { slug } from '../templates/slug.ts';
import { candidatesBelow } from './candidates.ts';
import { type Proposal, propose } from './init.ts';
import type { InitRequest } from './request.ts';

/** What became of the directories without a proposal. */
export interface Others {
  readonly leftOut: readonly LeftOut[];
  /** Why directories that look like applications have none, as warnings. */
  readonly refused: readonly Diagnostic[];
  /** Directories that need something from elsewhere: charts, or bases of kustomizations. */
  readonly remote: readonly string[];
}

/** Proposes for every candidate at and below `request.directory`; `take` gets each proposal before the next is made. */
export async function proposeAll(request: InitRequest, take: (proposal: Proposal) => void): Promise<Others> {
  const { tree } = request;
  const leftOut: LeftOut[] = [];
  const refused: Diagnostic[] = [];
  const remote: string[] = [];
  const candidates = candidatesBelow(tree, request.directory);
  const directories = new Set(candidates.map(({ directory }) => directory));
  for (const { directory, layout } of candidates) {
    if (tree.kind(joinPath(directory, configFile)) !== undefined) {
      leftOut.push({ directory, reason: `has a ${configFile}` });
      continue;
    }
    const name = slug(baseName(directory)) || request.app.name;
    try {
      const app = { ...request.app, name, instance: name };
      const proposal = await propose({ ...request, directory, app }, layout);
      // What is no environment of this application may be an application itself.
      take({ ...proposal, leftOut: proposal.leftOut.filter((one) => !directories.has(one.directory)) });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const isRemote = error.diagnostics.some(({ code }) => code === 'source-remote');
      if (isRemote) remote.push(directory);
      const isDeployed = error.diagnostics.every(({ code }) => code === 'init-different');
      leftOut.push({ directory, reason: isDeployed ? 'would not stay as it is' : 'does not render' });
      for (const one of error.diagnostics) refused.push({ ...one, severity: 'warning' });
    }
  }
  return { leftOut, refused, remote };
}
