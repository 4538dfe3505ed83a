/**
 * Where the reported states of source commits are read from: a file, or GitHub if a token is set.
 */
import { readFileSync } from 'node:fs';
import { failure } from '../../diagnostics/failure.ts';
import { decodeText } from '../../files/text.ts';
import { github as githubFacts } from '../../platforms/github.ts';
import { GitHub } from '../../promotion/github.ts';
import { deploymentsFromGitHub, type ReadDeployment } from '../../promotion/github-deployments.ts';
import { statusesFromGitHub } from '../../promotion/github-statuses.ts';
import { type ReadStatuses, statusesFromFile } from '../../promotion/statuses.ts';
import type { Session } from '../session.ts';

/** Who can be asked. */
export interface Reports {
  readonly statuses: ReadStatuses;
  readonly deployments: ReadDeployment | undefined;
  /** Whether they may know about a source repository at all. */
  readonly canAsk: (repository: string) => boolean;
}

async function readAll(stdin: AsyncIterable<unknown> | undefined): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin ?? []) if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  return decodeText('standard input', Buffer.concat(parts));
}

async function textOf(session: Session, file: string): Promise<string> {
  if (file === '-') return await readAll(session.stdin);
  let bytes: Buffer;
  try {
    bytes = readFileSync(session.path(file));
  } catch {
    throw failure('statuses-unreadable', `--statuses ${file} cannot be read`);
  }
  return decodeText(file, bytes);
}

/**
 * The reports of `--statuses FILE` (`-` is standard input), else GitHub's if one of its token
 * variables is set; undefined without either.
 * @throws Failure `statuses-unreadable`
 */
export async function reportsOf(session: Session, file: string | undefined): Promise<Reports | undefined> {
  if (file !== undefined) {
    const statuses = statusesFromFile(await textOf(session, file), file === '-' ? 'standard input' : file);
    return { statuses, deployments: undefined, canAsk: () => true };
  }
  const token = githubFacts.tokens.map((name) => session.env[name]).find(Boolean);
  if (!token) return undefined;
  const github = new GitHub({ token, apiURL: session.env['GITHUB_API_URL'] || undefined, env: session.env });
  return {
    statuses: statusesFromGitHub(github),
    deployments: deploymentsFromGitHub(github),
    canAsk: (repository) => github.mayHave(repository),
  };
}
