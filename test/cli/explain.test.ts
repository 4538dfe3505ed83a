import { describe, expect, it } from 'vitest';
import { createRepository } from '../tools/repository.ts';
import { runCli } from '../tools/run-cli.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const cwd = createRepository({
  'app/waybill.yaml': `apiVersion: waybill.dev/v1
kind: Waybill
source:
  manifests: base
namespace: ecotrack
environments:
  production: {}
`,
  'app/base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: user-service
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: main
          image: ghcr.io/acme/user-service:latest
`,
  'app/base/list.yaml': `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Secret
    metadata: { name: db, namespace: other }
    stringData: { password: hunter2 }
`,
  'app/locks/production.yaml': `apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
  - name: ghcr.io/acme/user-service
    tag: sha-${commit}
    source: { repository: https://github.com/acme/user-service, commit: ${commit} }
`,
});

function explain(...args: string[]) {
  return runCli(['explain', 'app', '-e', 'production', ...args], { cwd });
}

describe('waybill explain', () => {
  it('sums up without arguments', async () => {
    expect((await explain()).stdout).toBe(`Deployment/user-service (ecotrack)  from app/base/deployment.yaml:1
  namespace: 1 field
  stamp: 4 fields
  app/locks/production.yaml: 1 field
Secret/db (other)  from app/base/list.yaml:1
ConfigMap/waybill.acme.user-service.production.app.${commit} (ecotrack)  added by record
`);
  });

  it('tells the whole history of a field, with file, line and column', async () => {
    const { stdout } = await explain(
      '--resource',
      'Deployment/user-service:spec.template.spec.containers.[name=main].image',
    );
    expect(stdout).toBe(`Deployment/user-service (ecotrack)  from app/base/deployment.yaml:1
  spec.template.spec.containers.[name=main].image
    ghcr.io/acme/user-service:latest                                        app/base/deployment.yaml:11:18
    ghcr.io/acme/user-service:sha-${commit}  app/locks/production.yaml:6:10
`);
  });

  it('takes indexes, stars, a lower-case kind and a name alone', async () => {
    const named = await explain(
      '--resource',
      'Deployment/user-service:spec.template.spec.containers.[name=main].image',
    );
    for (const text of [
      'deployment/user-service:spec.template.spec.containers.0.image',
      'user-service:spec.template.spec.containers.*.image',
    ]) {
      expect(await explain('--resource', text)).toEqual(named);
    }
  });

  it('names who gave what no manifest has', async () => {
    const { stdout } = await explain('--resource', 'Deployment/user-service:metadata.namespace');
    expect(stdout).toContain('    ecotrack  namespace at app/waybill.yaml:5:12\n');
  });

  it('finds what stands in a List, and hides what is secret', async () => {
    const { stdout } = await explain('--resource', 'Secret/db:stringData');
    expect(stdout).toContain('    (hidden)  app/base/list.yaml:7:29\n');
    expect(stdout).not.toContain('hunter2');
  });

  it('prints one object for each field with -o json', async () => {
    const { stdout } = await explain('--resource', 'user-service:spec.replicas', '-o', 'json');
    expect(JSON.parse(stdout)).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      namespace: 'ecotrack',
      name: 'user-service',
      path: 'spec.replicas',
      value: 1,
      history: [{ value: 1, by: 'manifest', file: 'app/base/deployment.yaml', line: 6, column: 13 }],
    });
  });

  it.each([
    ['Deployment/user-servce', 'no resource is named Deployment/user-servce', 'Did you mean Deployment/user-service?'],
    ['user-service:spec.replica', 'user-service has no field spec.replica', 'Did you mean spec.replicas?'],
    ['user-service:spec..x', '"spec..x" is not a field path', 'Write it as spec.x'],
  ])('%s: says what exists', async (text, message, help) => {
    const { code, stdout, stderr } = await explain('--resource', text);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`error[explain-not-found]: ${message}`);
    expect(stderr).toContain(help);
  });
});
