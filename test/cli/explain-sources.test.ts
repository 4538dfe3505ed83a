import { describe, expect, it } from 'vitest';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runCli } from '../tools/run-cli.ts';

async function explain(group: string, field: string): Promise<string> {
  const env = { WAYBILL_HELM: await helm4Binary(), WAYBILL_KUSTOMIZE: await kustomizeBinary() };
  const args = [
    'explain',
    `examples/${group}/user-service`,
    '-e',
    'production',
    '--resource',
    `Deployment/user-service:${field}`,
  ];
  const { code, stdout, stderr } = await runCli(args, { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('waybill explain of what a program printed', () => {
  it('finds in the base what kustomize left as it was, with its line', async () => {
    expect(await explain('kustomize', 'spec.template.spec.containers.[name=main].ports')).toContain(
      '8080  examples/kustomize/user-service/base/deployment.yaml:24:30',
    );
  });

  it('names the kustomization for what it made', async () => {
    expect(await explain('kustomize', 'spec.replicas')).toBe(
      `Deployment/user-service (ecotrack-production)  from examples/kustomize/user-service/base/deployment.yaml, built by kustomize because of a strategic merge patch
  spec.replicas
    3  examples/kustomize/user-service/overlays/production/kustomization.yaml
`,
    );
  });

  it('names the template that helm rendered', async () => {
    expect(await explain('helm', 'spec.replicas')).toContain(
      '3  examples/helm/user-service/chart/templates/deployment.yaml\n',
    );
  });
});
