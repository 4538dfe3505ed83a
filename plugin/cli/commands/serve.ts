/**
 * `waybill serve`: the plugin's server inside Argo CD, in place of argocd-cmp-server.
 */
import { realpathSync } from 'node:fs';
import { parseAddress } from '../../serve/http.ts';
import { redact } from '../../diagnostics/redact.ts';
import { type Define, newCommand, UsageError } from '../command.ts';
import { wholeNumber } from '../numbers.ts';
import type { Session } from '../session.ts';
import { exitCodes } from '../exit-codes.ts';

const MEBIBYTE = 1024 * 1024;

/** A line of the log: JSON, without secrets. */
function logLine(session: Session, line: Readonly<Record<string, unknown>>): void {
  session.note(redact(JSON.stringify({ time: new Date().toISOString(), ...line })));
}

export const define: Define = (session) =>
  newCommand('serve', ['waybill serve', 'waybill serve --socket-dir /tmp/plugins --metrics none'])
    .description(
      "Serve Argo CD's plugin protocol in the sidecar, in place of argocd-cmp-server. The manifests are the same as those of plugin generate; results are cached between requests.",
    )
    .option('--socket-dir <dir>', "the folder of Argo CD's plugin sockets", '/home/argocd/cmp-server/plugins')
    .option('--name <name>', "the plugin's name in Applications, and of the socket", 'waybill')
    .option(
      '--metrics <address>',
      'the address of /metrics, /healthz and /readyz; none: do not serve them',
      '127.0.0.1:9095',
    )
    .option('--threads <n>', 'worker threads (default: as many as processors, 2 to 8)', wholeNumber)
    .option('--repository-mib <n>', 'the largest repository, unpacked, in MiB', wholeNumber, 256)
    .option('--check', 'check the running server, and exit with 3 if it is not healthy')
    .option('--grace-seconds <n>', 'how long SIGTERM waits for running requests', wholeNumber, 25)
    .action(async (options) => {
      if (!/^[a-z0-9][a-z0-9.-]*$/u.test(options.name)) {
        throw new UsageError(`--name ${options.name}: expected lower-case letters, digits, hyphens and dots`);
      }
      if (options.check) {
        const [{ isServing }, { socketPath }] = await Promise.all([
          import('../../serve/grpc.ts'),
          import('../../serve/socket.ts'),
        ]);
        const socket = socketPath(session.path(options.socketDir), options.name);
        const well = await isServing(socket);
        session.note(`${socket}: ${well ? 'serving' : 'no server responds that it is serving'}`);
        session.finish(well ? exitCodes.done : exitCodes.different);
        return;
      }
      const metrics = options.metrics === 'none' ? undefined : parseAddress(options.metrics);
      if (options.metrics !== 'none' && !metrics) {
        throw new UsageError(`--metrics ${options.metrics}: expected HOST:PORT or none`);
      }
      const [{ serve }, { socketPath }] = await Promise.all([
        import('../../serve/serve.ts'),
        import('../../serve/socket.ts'),
      ]);
      const socket = socketPath(session.path(options.socketDir), options.name);
      const server = await serve({
        socket,
        script: realpathSync(session.host.script),
        env: session.env,
        threads: options.threads,
        repositoryBytes: options.repositoryMib * MEBIBYTE,
        metrics,
        graceMs: options.graceSeconds * 1000,
        log: (line) => logLine(session, line),
      });
      logLine(session, { level: 'info', msg: 'serving', socket });
      const signal = await session.host.untilAskedToStop();
      logLine(session, { level: 'info', msg: 'stopping', signal });
      await server.stop();
      logLine(session, { level: 'info', msg: 'stopped' });
      session.finish();
    });
