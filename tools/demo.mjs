// npm run demo: from a commit of code to what GitHub shows about it, on this machine alone. It needs git and nothing else:
// no network, cluster, container or account. Argo CD's deployments are a recording; Argo CD's own notifications
// controller decides what GitHub is told, where the helper program waybill-engine was built, and else what it decided for
// exactly this demo is read from tools/demo/recorded.json (npm run demo -- --record writes it).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtGoBinary } from '../test/tools/go-binary.mjs';
import { lifeOf } from './demo/life.mjs';
import { makeRepositories } from './demo/repositories.mjs';
import { createScreen, excerpt } from './demo/show.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(root, 'dist/waybill.cjs');
const recorded = join(root, 'tools/demo/recorded.json');
const screen = createScreen((line) => process.stdout.write(`${line}\n`));

if (!existsSync(program)) {
  process.stderr.write('dist/waybill.cjs is not there: run npm ci (or npm run build) first\n');
  process.exit(1);
}

/** Where waybill-engine was built: named, on PATH, or in the cache of the tests. */
async function findEngine() {
  if (process.env.WAYBILL_ENGINE) return process.env.WAYBILL_ENGINE;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'waybill-engine'))
    .find((file) => existsSync(file));
  return onPath ?? (await builtGoBinary('engine', { ldflags: '-s -w' }));
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-demo-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const { deployments, develop, git, nextEnv } = makeRepositories(folder, process.env);

function waybill(args, env = {}) {
  return execFileSync(process.execPath, [program, ...args], {
    cwd: deployments,
    env: { ...nextEnv(), ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

process.stdout.write('Waybill: from a commit to its status, on this machine alone\n');

screen.step('Two repositories: code in acme/web, manifests in acme/deployments');
screen.command('git ls-files');
screen.output(git(deployments, 'ls-files'));
screen.say('apps/web/waybill.yaml says where the manifests and the code are:');
screen.output(readFileSync(join(deployments, 'apps/web/waybill.yaml'), 'utf8'));

screen.step('CI builds three commits of acme/web. After each it records the image in the lock of staging');
screen.say('(In CI, repository and commit come from the CI system; here they are given.)');
const deployed = [];
for (const number of [0, 1, 2]) {
  const { commit, subject } = develop(number);
  const image = `ghcr.io/acme/web=:sha-${commit.slice(0, 7)}`;
  const source = ['--source-repository', 'https://github.com/acme/web', '--source-commit', commit];
  // The history of acme/web is not in this clone, so the order of the commits is not known here.
  waybill(['images', 'set', image, '-e', 'staging', '-C', 'apps/web', ...source, '--allow-older', '--push']);
  const rendered = waybill(['render', 'apps/web', '-e', 'staging', '--app', 'web-staging']);
  const record = /^ {2}name: (waybill\.\S+)$/mu.exec(rendered)?.[1];
  if (record === undefined) throw new Error(`the render of acme/web ${commit} has no record`);
  const revision = git(deployments, 'rev-parse', 'HEAD');
  deployed.push({ image: image.replace('=', ''), record, revision, rendered, commit, subject });
  screen.say(`acme/web ${commit.slice(0, 7)} "${subject}"`);
  screen.command(`waybill images set ${image} -e staging -C apps/web --push`);
}
screen.say('The lock that the last one wrote:');
screen.command('cat apps/web/locks/staging.yaml');
screen.output(readFileSync(join(deployments, 'apps/web/locks/staging.yaml'), 'utf8'));

screen.step('Argo CD renders apps/web with the same program, as a sidecar, at each of these commits');
screen.command('waybill render apps/web -e staging --app web-staging');
const { rendered } = deployed[2];
screen.output(
  excerpt(rendered, [
    { from: /^ {4}waybill\.dev\/source-repository/u, length: 2 },
    { from: /^ {6}- |^ {8}- /u, length: 2 },
    { from: /^kind: ConfigMap/u, length: 3 },
  ]),
);
screen.say(`The ConfigMap is the record. Its name says which commit of which repository runs where.`);

screen.step("Argo CD's notifications get their settings once");
screen.command('waybill notifications generate > argocd-notifications-cm.yaml');
const settings = waybill(['notifications', 'generate']);
writeFileSync(join(deployments, 'argocd-notifications-cm.yaml'), settings);
screen.output(`${settings.length} bytes: the service for GitHub, and the triggers that read records`);

screen.step('Argo CD deploys the three commits: a recording of a real one, with these commits in it');
const engine = await findEngine();
writeFileSync(join(deployments, 'life.json'), lifeOf(deployed));
const isRecording = process.argv.includes('--record');
let told;
if (engine === undefined) {
  if (isRecording) throw new Error('waybill-engine was not built, so there is nothing to record');
  const { commits, results } = JSON.parse(readFileSync(recorded, 'utf8'));
  if (commits.join() !== deployed.map(({ commit }) => commit).join())
    throw new Error(
      'tools/demo/recorded.json is of other commits: npm run demo -- --record, where waybill-engine was built',
    );
  screen.say(
    "waybill-engine was not built here (npm run pretest builds it): these are the recorded results of Argo CD's",
  );
  screen.say('notifications controller for exactly these commits.');
  told = results;
} else {
  screen.say(`Argo CD's own notifications controller (waybill-engine: ${engine}) reads it:`);
  screen.command('waybill notifications simulate --cm argocd-notifications-cm.yaml life.json');
  const args = ['notifications', 'simulate', '--cm', 'argocd-notifications-cm.yaml', 'life.json', '-o', 'json'];
  const lines = waybill(args, { WAYBILL_ENGINE: engine }).trim().split('\n');
  told = lines
    .map((line) => JSON.parse(line))
    .flatMap(({ at, requests }) => requests.map(({ what, status }) => ({ at, what, status })))
    // Messages of one moment come in any order.
    .toSorted((a, b) => (`${a.at} ${a.what}` < `${b.at} ${b.what}` ? -1 : 1));
  if (isRecording) {
    const commits = deployed.map(({ commit }) => commit);
    writeFileSync(recorded, `${JSON.stringify({ commits, results: told }, undefined, 2)}\n`);
  }
}
for (const { at, what, status } of told) screen.output(`${at.slice(11, 19)}  ${what} -> ${status}`);

screen.step('What GitHub shows at acme/web, environment staging');
for (const { commit, subject } of deployed.toReversed()) {
  const states = told.flatMap(({ what }) => {
    const [, state] = /^deployment status (\w+) /u.exec(what.includes(commit.slice(0, 7)) ? what : '') ?? [];
    return state === undefined ? [] : [state];
  });
  screen.output(`${commit.slice(0, 7)}  ${subject.padEnd(34)} ${states.join(' -> ')}`);
}
screen.say('The second commit never became ready, and its author knows; the third one runs.');

screen.step('The same in a browser, for services, environments and commits');
const life = readFileSync(join(deployments, 'life.json'), 'utf8').trim().split('\n');
// What kubectl get applications -A -o json would print now.
writeFileSync(join(deployments, 'applications.json'), `{"kind":"List","items":[${life.at(-1)}]}`);
const page = join(realpathSync(tmpdir()), 'waybill-demo-page');
waybill(['page', '--applications', 'applications.json', '--output', page]);
screen.command('waybill page --applications applications.json --output waybill-demo-page');
screen.say(`Open it: ${pathToFileURL(join(page, 'index.html')).href}`);
screen.say('');
screen.say('With manifests of your own: waybill init --all (README.md, "An application of your own").');
