// Stands in for docker, buildah, trivy and cosign, which need a daemon and a registry: takes the options that the real ones have, refuses
// all others, keeps images as files, and notes every call. TRIVY_FINDS=1 makes the scan fail; STAND_INS is its folder.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const folder = process.env.STAND_INS;
const [program, ...args] = process.argv.slice(2);
const file = (...names) => join(folder, ...names.map((name) => encodeURIComponent(name)));
const sha256 = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const refuse = (message) => {
  process.stderr.write(`${program}: ${message}\n`);
  process.exit(125);
};

// A repository and a tag or digest, as docker takes them.
const reference = /^([a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+)(?::([\w.-]{1,128})|@(sha256:[0-9a-f]{64}))$/u;

function read(tag) {
  return existsSync(file('images', tag)) ? readFileSync(file('images', tag), 'utf8') : refuse(`no image ${tag}`);
}

function sign(words, keys) {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { yes: { type: 'boolean' }, key: { type: 'string' } },
  });
  const [verb, image = ''] = positionals;
  const [, name, , digest] = reference.exec(image) ?? refuse(`${image} is signed by digest`);
  if (verb !== 'sign' || !values.yes) refuse('sign --yes');
  if (!existsSync(file('registry', `${name}@${digest}`))) refuse(`the registry has no ${image}`);
  const able = values.key
    ? values.key === 'env://COSIGN_PRIVATE_KEY' &&
      keys.includes('COSIGN_PRIVATE_KEY') &&
      keys.includes('COSIGN_PASSWORD')
    : keys.includes('SIGSTORE_ID_TOKEN') || keys.includes('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  if (!able) refuse('nothing to sign with');
}

const commands = {
  build(words) {
    const options = { pull: { type: 'boolean' }, tag: { type: 'string' }, label: { type: 'string', multiple: true } };
    const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
    mkdirSync(file('images'), { recursive: true });
    const content = readFileSync(join(positionals[0] ?? '', 'Dockerfile'), 'utf8') + (values.label ?? []).join('\n');
    writeFileSync(file('images', values.tag ?? refuse('no tag')), content);
  },
  save(words) {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { output: { type: 'string' } },
    });
    writeFileSync(values.output ?? '', JSON.stringify([positionals[0], read(positionals[0])]));
  },
  load(words) {
    const { values } = parseArgs({ args: words, options: { input: { type: 'string' } } });
    const [tag, content] = JSON.parse(readFileSync(values.input ?? '', 'utf8'));
    mkdirSync(file('images'), { recursive: true });
    writeFileSync(file('images', tag), content);
  },
  login(words) {
    const options = { username: { type: 'string' }, 'password-stdin': { type: 'boolean' } };
    const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
    const password = values['password-stdin'] ? readFileSync(0, 'utf8') : '';
    if (password !== process.env.EXPECTED_PASSWORD || !values.username) refuse('denied');
    writeFileSync(file(`login ${positionals[0]}`), '');
    if (process.env.DOCKER_CONFIG) mkdirSync(process.env.DOCKER_CONFIG, { recursive: true });
  },
  push([tag = '']) {
    const [, name = '', given] = reference.exec(tag) ?? refuse(`${tag} is no tag`);
    if (!given || !existsSync(file(`login ${name.split('/')[0]}`))) refuse(`denied: ${tag}`);
    const digest = sha256(read(tag));
    mkdirSync(file('registry'), { recursive: true });
    writeFileSync(file('registry', `${name}@${digest}`), given);
    process.stdout.write(`${given}: digest: ${digest} size: 1\n`);
  },
  image(words) {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { format: { type: 'string' } },
    });
    const [verb, tag = ''] = positionals;
    if (verb !== 'inspect' || values.format !== '{{range .RepoDigests}}{{println .}}{{end}}') refuse('inspect');
    process.stdout.write(`docker.io/mirror/other@${sha256('other')}\n`);
    process.stdout.write(`${tag.slice(0, tag.lastIndexOf(':'))}@${sha256(read(tag))}\n\n`);
  },
  run(words) {
    const at = words.findIndex((word) =>
      /^(?:aquasec\/trivy|ghcr\.io\/sigstore\/cosign\/cosign):[\w.-]+@sha256:/u.test(word),
    );
    if (at < 0) refuse('unknown image, or one without a digest');
    const options = {
      rm: { type: 'boolean' },
      volume: { type: 'string', multiple: true },
      env: { type: 'string', multiple: true },
      user: { type: 'string' },
    };
    const { values } = parseArgs({ args: words.slice(0, at), options });
    const inside = words.slice(at + 1);
    const volumes = (values.volume ?? []).map((volume) => volume.split(':'));
    if (volumes.some(([from = '', to = '']) => !from.startsWith('/') || !to.startsWith('/') || !existsSync(from)))
      refuse('volumes');
    if (words[at]?.startsWith('aquasec/')) return scan(inside, volumes);
    if ((values.env ?? []).some((variable) => variable.includes('='))) refuse('a value among the arguments');
    const mounted = volumes.find(([, to]) => to === '/docker');
    if (!mounted || !values.env?.includes('DOCKER_CONFIG') || process.env.DOCKER_CONFIG !== '/docker')
      refuse('no credentials for the registry');
    note('cosign', inside);
    sign(
      inside,
      (values.env ?? []).filter((name) => process.env[name]),
    );
  },
};

// What buildah has in common with docker, and where they differ: an image becomes a file by a push, comes from one by a
// pull, and the credentials are a file.
const buildah = {
  build: (words) => commands.build(words),
  pull(words) {
    const { positionals } = parseArgs({ args: words, allowPositionals: true, options: { quiet: { type: 'boolean' } } });
    const [, path] = /^docker-archive:([^:]+)$/u.exec(positionals[0] ?? '') ?? refuse('pull');
    commands.load(['--input', path]);
  },
  push(words) {
    const options = { digestfile: { type: 'string' } };
    const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
    const [tag = '', to] = positionals;
    if (to !== undefined) {
      const [, path, name] = /^docker-archive:([^:]+):(.+)$/u.exec(to) ?? refuse('push');
      if (name !== tag) refuse('the archive would lose the name');
      commands.save(['--output', path, tag]);
      return;
    }
    const login = process.env.REGISTRY_AUTH_FILE;
    if (!login || !readFileSync(login, 'utf8').includes(process.env.EXPECTED_PASSWORD ?? '-')) refuse('denied');
    writeFileSync(file(`login ${tag.split('/')[0]}`), '');
    commands.push([tag]);
    if (values.digestfile) writeFileSync(values.digestfile, sha256(read(tag)));
  },
};

function scan(words, volumes) {
  const options = {
    input: { type: 'string' },
    'exit-code': { type: 'string' },
    'ignore-unfixed': { type: 'boolean' },
    severity: { type: 'string' },
  };
  const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
  const inside = volumes.some(([from, to]) => to === values.input && readFileSync(from, 'utf8').startsWith('["'));
  if (positionals[0] !== 'image' || !inside || values['exit-code'] !== '1') refuse('nothing to scan');
  note('trivy', words);
  if (process.env.TRIVY_FINDS === '1') {
    process.stdout.write('CVE-2026-0001 CRITICAL\n');
    process.exit(1);
  }
}

function note(name, words) {
  appendFileSync(file('calls'), `${JSON.stringify([name, ...words])}\n`);
}

try {
  if (program !== 'trivy') note(program, args);
  if (program === 'cosign') sign(args, Object.keys(process.env));
  else if (program === 'trivy') scan(args, [[args[args.indexOf('--input') + 1], args[args.indexOf('--input') + 1]]]);
  else ((program === 'buildah' ? buildah : commands)[args[0]] ?? refuse(`unknown command ${args[0]}`))(args.slice(1));
} catch (error) {
  refuse(error instanceof Error ? error.message : String(error));
}
