import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { textAt } from '../handback/oracle.ts';
import { temporaryFolders } from '../tools/folder.ts';
import { runCli } from '../tools/run-cli.ts';

const folder = temporaryFolders();
const padding = constants.RSA_PKCS1_OAEP_PADDING;

function objects(text: string): JsonObject[] {
  return readYaml(text, { file: 'x', duplicateKeys: 'error' }).flatMap(({ value }) => (isObject(value) ? [value] : []));
}

/** As Sealed Secrets seals a value (pkg/crypto): a key of its own, sealed for the label, then AES-GCM. */
function seal(key: KeyObject, label: string, value: string): string {
  const session = randomBytes(32);
  const options = { padding, oaepHash: 'sha256', oaepLabel: Buffer.from(label) };
  const rsa = publicEncrypt({ key, ...options }, session);
  const cipher = createCipheriv('aes-256-gcm', session, Buffer.alloc(12));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(rsa.length);
  return Buffer.concat([length, rsa, cipher.update(value), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** As its controller opens it; throws for another label. */
function open(key: KeyObject, label: string, text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const end = 2 + bytes.readUInt16BE();
  const options = { padding, oaepHash: 'sha256', oaepLabel: Buffer.from(label) };
  const session = privateDecrypt({ key, ...options }, bytes.subarray(2, end));
  const cipher = createDecipheriv('aes-256-gcm', session, Buffer.alloc(12));
  cipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([cipher.update(bytes.subarray(end, -16)), cipher.final()]).toString();
}

it.each([
  ['with its namespace', true, (text: string) => text],
  ['without its namespace', false, (text: string) => text.replace('  namespace: ecotrack-production\n', '')],
])('a strict SealedSecret %s opens after the render: %s', async (_name, isOpen, change) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const root = folder({});
  cpSync('examples/secrets/user-service', root, { recursive: true });
  const edit = (file: string, change: (text: string) => string): void =>
    writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')));
  const sealed = seal(publicKey, 'ecotrack-production/user-service-database', 'hunter2');
  edit('sealed/secret.yaml', (text) => change(text).replace(/DATABASE_URL: .*/u, `DATABASE_URL: ${sealed}`));
  // An Application that deploys elsewhere moves nothing that says where it is.
  edit('waybill.yaml', (text) => text.replace('ecotrack-{{ environment }}', 'elsewhere'));
  const { code, stdout } = await runCli(['render', root, '-e', 'production', '-o', 'json']);
  expect(code).toBe(0);
  const rendered = objects(stdout).find(({ kind }) => kind === 'SealedSecret') ?? null;
  const label = ['namespace', 'name'].map((key) => textAt(rendered, ['metadata', key])).join('/');
  const text = textAt(rendered, ['spec', 'encryptedData', 'DATABASE_URL']);
  expect(text).toBe(sealed);
  if (isOpen) expect(open(privateKey, label, text)).toBe('hunter2');
  else expect(() => open(privateKey, label, text)).toThrow(/oaep/iu);
});

it.each(['staging', 'production'])('%s: no Secret is rendered', async (environment) => {
  const { stdout } = await runCli(['render', 'examples/secrets/user-service', '-e', environment, '-o', 'json']);
  const kinds = objects(stdout).map(({ kind }) => kind);
  expect(kinds).toContain('Deployment');
  expect(kinds).not.toContain('Secret');
});
