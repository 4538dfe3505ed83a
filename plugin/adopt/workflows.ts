/**
 * The workflows: what the CI of each source repository calls after it has pushed an image, and the check of pull
 * requests to the deployments.
 */
import type { Deployment } from './facts.ts';
import { publishedAt } from './sidecar.generated.ts';

const checkout = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

/** `.github/workflows/waybill.yml` of a source repository. `deployments`: those that run its images, first environment first. */
export function sourceWorkflow(
  repository: string,
  deployments: readonly Deployment[],
  deploymentsRepository: string,
  version: string,
): string {
  // CI deploys to the first environment of each application; promotion does the rest.
  const firsts = deployments.filter(
    (one, index) => deployments.findIndex(({ directory }) => directory === one.directory) === index,
  );
  const steps = firsts.map((first) => {
    const names = first.images.filter((image) => image.repository === repository).map(({ name }) => name);
    const images = names.map((name) => `${name}=:\${{ inputs.tag }}`).join(' ');
    return `      - uses: ${publishedAt}@v${version}
        with:
          run: images set ${images} -e ${first.environment ?? 'ENVIRONMENT'} -C ${first.directory || '.'} --push
`;
  });
  return `# .github/workflows/waybill.yml of ${repository}. Call it from the workflow that builds the image, after the push:
#
#   deploy:
#     needs: build
#     uses: ./.github/workflows/waybill.yml
#     with: { tag: "sha-\${{ github.sha }}" }
#     secrets: { deployments-token: "\${{ secrets.DEPLOYMENTS_TOKEN }}" }
name: waybill
on:
  workflow_call:
    inputs:
      tag: { type: string, required: true }
    secrets:
      deployments-token: { required: true } # may push to ${deploymentsRepository}

permissions: {}

jobs:
  images-set:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${checkout}
        with:
          repository: ${deploymentsRepository}
          token: \${{ secrets.deployments-token }}
${steps.join('')}`;
}

/** `.github/workflows/waybill-check.yml` of the deployments. */
export function checkWorkflow(version: string): string {
  return `# .github/workflows/waybill-check.yml of the deployments: every application is rendered in every environment.
name: waybill check
on:
  pull_request:

permissions: {}

jobs:
  validate:
    runs-on: ubuntu-24.04
    permissions: { contents: read }
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
      - uses: ${publishedAt}@v${version}
        with:
          run: validate
`;
}
