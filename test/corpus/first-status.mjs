// The way of a newcomer from a clone to the first status without the sidecar, as docs/adopt.md says it ("The first status
// in four commands"): nothing is edited in between. Git is real, a bare repository; so is Argo CD's notifications
// controller, which gets the ConfigMap that kubectl would apply and the life of an Application that deploys the record.
// GitHub is a fake that answers as GitHub does when an App is made.
import { execFile, execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { lifeOf } from '../../tools/demo/life.mjs';

const COMMIT = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';

/** GitHub, as far as the manifest flow asks it. */
async function startGitHub() {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
  const server = createServer(({ url = '' }, response) => {
    const isConversion = url.endsWith('/conversions');
    response.writeHead(isConversion ? 201 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isConversion
          ? { id: 1, slug: 'waybill', pem, owner: { login: 'acme' } }
          : { id: 2, account: { login: 'acme' }, app_id: 1 },
      ),
    );
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** What a person does in the browser: presses the button, confirms, and chooses the repositories. */
async function press(page) {
  const base = page.replace(/\/+$/u, '');
  const [, state] = /settings\/apps\/new\?state=([\w-]+)"/u.exec(await (await fetch(`${base}/`)).text()) ?? [];
  await fetch(`${base}/created?code=c0de&state=${state}`, { redirect: 'manual' });
  await fetch(`${base}/installed?installation_id=2&setup_action=install`);
}

/** The first application of a clone that declares an image: its directory, environment and image. */
function firstApplication(clone, files) {
  for (const file of files.filter((one) => one.endsWith('waybill.yaml'))) {
    const text = readFileSync(join(clone, file), 'utf8');
    const [, image] = /^ {2}- name: "?([^"\n]+)"?$/mu.exec(text) ?? [];
    const [, environment] = /^environments:\n {2}([a-z0-9-]+):/mu.exec(text) ?? [];
    if (image !== undefined && environment !== undefined && !text.includes(`${image}\n    thirdParty: true`))
      return { directory: file.replace(/\/?waybill\.yaml$/u, '') || '.', environment, image };
  }
  return undefined;
}

/**
 * @param {{ program: string, clone: string, folder: string, env: Record<string, string | undefined> }} options `clone` has
 *   an origin to push to; `folder` is empty; `env` names helm, kustomize and waybill-engine
 * @returns {Promise<{ commands: string[], requests: string[], record: string }>} the commands in order, what GitHub was
 *   told, and the record's name
 */
export async function firstStatus({ program: given, clone, folder, env }) {
  const program = resolve(given);
  const commands = [];
  const github = await startGitHub();
  const waybill = (...args) => {
    commands.push(`waybill ${args.join(' ')}`);
    return execFileSync(process.execPath, [program, ...args], { cwd: clone, env, encoding: 'utf8', stdio: 'pipe' });
  };
  try {
    waybill('init', '--all', '--native', '--push');

    const adopt = ['adopt', '--native', '--github-app', '--argocd-url', 'https://argocd.acme.dev'];
    const repository = ['--repository', 'https://github.com/acme/deployments', '--no-browser'];
    commands.push(`waybill ${adopt.join(' ')}`);
    await new Promise((done, fail) => {
      const all = { cwd: clone, env: { ...env, GITHUB_API_URL: github.url } };
      const child = execFile(process.execPath, [program, ...adopt, ...repository], all, (error) =>
        error ? fail(error) : done(),
      );
      child.stderr.on('data', (text) => {
        const [, page] = /Open (\S+) and press/u.exec(text) ?? [];
        if (page !== undefined) press(page).catch(fail);
      });
    });

    // No cluster is here: the controller gets the file.
    const applied = 'waybill-adopt/notifications';
    commands.push(`kubectl apply --server-side --force-conflicts -f ${applied}/`);
    const names = readdirSync(join(clone, applied)).toSorted();
    if (names.join(' ') !== 'argocd-notifications-cm.yaml argocd-notifications-secret.yaml')
      throw new Error(`to apply there are ${names.join(', ')}`);

    const files = execFileSync('git', ['ls-files'], { cwd: clone, env, encoding: 'utf8' }).split('\n');
    const found = firstApplication(clone, files);
    if (found === undefined) throw new Error('no application declares an image of its own');
    const { directory, environment, image } = found;
    // In CI both come from the CI system.
    const source = ['--source-repository', 'https://github.com/acme/web', '--source-commit', COMMIT];
    waybill('images', 'set', `${image}=:sha-8f3c0e7`, '-e', environment, '-C', directory, ...source, '--push');

    const counted = [...commands];
    execFileSync('git', ['pull', '-q'], { cwd: clone, env });
    const record = /^ {2}name: (waybill\.\S+)$/mu.exec(waybill('record', '-e', environment, '-C', directory))?.[1];
    if (record === undefined) throw new Error('there is no record');
    const application = JSON.parse(
      /deployment\.json: \|\n((?: {4}.*\n)+)/u.exec(waybill('record', '-e', environment, '-C', directory))?.[1] ?? '',
    ).application;
    const revision = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: clone, env, encoding: 'utf8' }).trim();
    const life = join(folder, 'life.json');
    writeFileSync(life, lifeOf([{ image: `${image}:sha-8f3c0e7`, record, revision }], application));
    const cm = `${applied}/argocd-notifications-cm.yaml`;
    if (!existsSync(join(clone, cm))) throw new Error(`${cm} is not there`);
    const requests = waybill('notifications', 'simulate', '--cm', cm, life, '-o', 'json')
      .trim()
      .split('\n')
      .flatMap((line) => JSON.parse(line).requests.map(({ what, status }) => `${what} -> ${status}`));
    return { commands: counted, requests, record };
  } finally {
    github.close();
  }
}
