/**
 * Where the received repository begins. Argo CD's cmp-server unpacks it into a new folder below `_cmp_server` of its
 * work folder and runs the command in the application's folder inside (cmpserver/plugin/plugin.go). Everything is
 * judged from there: `ARGOCD_APP_SOURCE_PATH` names the path in the full repository, and with
 * manifest-generate-paths less than that arrives.
 */
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import type { Env } from './environment.ts';

const WORK_FOLDER = '_cmp_server';

/** Where an application lies: the folder on disk, and the application's directory in it, with forward slashes. */
export interface Received {
  readonly root: string;
  readonly directory: string;
}

function inside(folder: string, cwd: string): Received | undefined {
  const [first, ...rest] = relative(folder, cwd).split(sep);
  if (first === undefined || first === '' || first === '..' || isAbsolute(first)) return undefined;
  return { root: join(folder, first), directory: rest.join('/') };
}

/**
 * The received repository around `cwd` (absolute, without links). The work folder is `ARGOCD_CMP_WORKDIR`, else the
 * system's temporary folder; when `cwd` is in neither (links in their names), the first `_cmp_server` in `cwd` counts.
 * @throws Failure `plugin-environment` when there is none
 */
export function findReceived(cwd: string, env: Env): Received {
  const work = env['ARGOCD_CMP_WORKDIR'] || tmpdir();
  const parts = cwd.split(sep);
  const at = parts.indexOf(WORK_FOLDER);
  const received =
    inside(join(work, WORK_FOLDER), cwd) ?? (at < 0 ? undefined : inside(parts.slice(0, at + 1).join(sep), cwd));
  if (received) return received;
  throw failure(
    'plugin-environment',
    `${cwd} is not below the ${WORK_FOLDER} folder that Argo CD's cmp-server works in`,
    {
      help: ["Argo CD's cmp-server runs this command. On a laptop use waybill render."],
    },
  );
}
