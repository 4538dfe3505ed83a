/**
 * The socket that Argo CD looks for: `<plugin>.sock` in the folder of plugins.
 */
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { failure } from '../diagnostics/failure.ts';

/** A longer path does not fit into the address of a socket (unix(7)). */
const LONGEST = 107;

/** The path of the socket. Failure `server-socket` when it is too long. */
export function socketPath(folder: string, name: string): string {
  const path = join(folder, `${name}.sock`);
  if (Buffer.byteLength(path) <= LONGEST) return path;
  throw failure('server-socket', `the path of the socket is longer than ${LONGEST} bytes: ${path}`, {
    help: ['Choose a shorter folder.'],
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}

/**
 * Makes room for the socket: one that a killed server left is removed. Failure `server-socket` when another server
 * answers on it, or when it is no socket.
 */
export async function takeOver(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isSocket()) throw failure('server-socket', `${path} is there already, and is no socket`);
  if (await answers(path)) throw failure('server-socket', `another server uses ${path}`);
  rmSync(path, { force: true });
}

/** Lets nobody connect but the user that runs both containers. */
export function protect(path: string): void {
  chmodSync(path, 0o700);
}
