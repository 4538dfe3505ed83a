/**
 * A Git server over http: git's own http-backend behind Node's server, with basic authentication, that fails as
 * servers and networks do when a test asks for it.
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A running server. */
export interface GitServer {
  /** `http://127.0.0.1:PORT`; repositories are below it by the name of their folder. */
  readonly url: string;
  close(): Promise<void>;
}

/** The requests of git's smart protocol: what there is to fetch, the fetch, where to push, the push. */
export type GitRequest = 'find' | 'fetch' | 'offer' | 'push';

/**
 * What goes wrong with a request: the server answers 500; it never answers; the connection breaks halfway through the
 * answer; all was done, and the answer gets lost.
 */
export type GitFault = 'error' | 'hang' | 'cut' | 'lost';

function kindOf(method: string | undefined, pathname: string, search: string): GitRequest {
  if (method === 'POST') return pathname.endsWith('git-receive-pack') ? 'push' : 'fetch';
  return search.includes('git-receive-pack') ? 'offer' : 'find';
}

/** Writes a CGI response: headers up to the empty line, then the body. */
function answer(response: ServerResponse, output: Buffer, fault: GitFault | undefined): void {
  if (fault === 'lost') {
    response.destroy();
    return;
  }
  const end = output.indexOf('\r\n\r\n');
  for (const line of output.subarray(0, end).toString().split('\r\n')) {
    const colon = line.indexOf(': ');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 2)];
    if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
    else response.setHeader(name, value);
  }
  const body = output.subarray(end + 4);
  if (fault === undefined) {
    response.end(body);
    return;
  }
  response.setHeader('Content-Length', body.length);
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}

/**
 * Serves the bare repositories in `folder` to those who give this password; as with providers' tokens, the user's name
 * does not matter. `fault` says what goes wrong with a request of theirs to the repository of that name.
 */
export async function serveGit(
  folder: string,
  password: string,
  fault: (request: GitRequest, repository: string) => GitFault | undefined = () => undefined,
): Promise<GitServer> {
  const mayEnter = ({ headers: { authorization = '' } }: IncomingMessage): boolean => {
    const [, encoded = ''] = /^basic (.*)$/iu.exec(authorization) ?? [];
    return Buffer.from(encoded, 'base64').toString().endsWith(`:${password}`);
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (!mayEnter(request)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const wrong = fault(kindOf(request.method, pathname, search), pathname.split('/')[1] ?? '');
    if (wrong === 'hang') return;
    if (wrong === 'error') {
      response.writeHead(500).end('out of order');
      return;
    }
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        REMOTE_USER: 'ci',
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    child.on('close', () => answer(response, Buffer.concat(output), wrong));
  };
  const server = createServer(serve);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
