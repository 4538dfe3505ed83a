import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { azurePipelines } from './systems/azure-pipelines.ts';
import { bitbucketPipelines } from './systems/bitbucket-pipelines.ts';
import { circleci } from './systems/circleci.ts';
import { githubActions } from './systems/github-actions.ts';
import { gitlab } from './systems/gitlab.ts';
import { jenkins } from './systems/jenkins.ts';
import { tekton } from './systems/tekton.ts';
import type { System } from './system.ts';
import { documents, pipelineWorld, type Run, secret, type Service } from './world.ts';

// The shell of every pipeline example, taken out of the file as its CI system would, and run for a push to main.
const systems: readonly System[] = [
  azurePipelines,
  bitbucketPipelines,
  circleci,
  githubActions,
  gitlab,
  jenkins,
  tekton,
];

/** The example with the user's values in place of its own. */
function filled(system: System, run: Run): string {
  let text = readFileSync(system.file, 'utf8');
  for (const [name, value] of Object.entries(system.fill)) {
    const line = new RegExp(`^(\\s*(?:- |export )?${name}(?:: | = |=))(?:"[^"]*"|'[^']*'|[^\\s#]+)`, 'mu');
    expect(text, `${system.file} has the value ${name}`).toMatch(line);
    text = text.replace(line, (_all, before: string) => `${before}"${value(run)}"`);
  }
  return text;
}

describe.each(systems)('$name', (system) => {
  const read = system.read ?? ((text) => documents(text)[0] ?? {});
  const world = pipelineWorld('examples/deployments', system.url);
  async function deliver(service: Service, env: Record<string, string> = {}): Promise<{ code: number; run: Run }> {
    const run = world.run(service, { EXPECTED_PASSWORD: secret, ...env });
    const code = await system.execute(read(filled(system, run)), run);
    // Whatever happens: no credential in the output or among arguments.
    expect(run.output.join('')).not.toContain(secret);
    expect(JSON.stringify(run.calls())).not.toContain(secret);
    return { code, run };
  }

  const tip = (): string => world.git(world.deployments, 'rev-parse', 'main');
  const lockOf = (service: Service) => documents(world.deployed(`${service.name}/locks/staging.yaml`))[0] ?? {};
  /** What was done, in docker's words: buildah pushes an image into a file where docker saves it. */
  const verbs = (run: Run): string[] =>
    run
      .calls()
      .map(([program, verb, ...words]) =>
        program === 'buildah' && verb === 'push' && !words.some((word) => word.startsWith('docker-archive:'))
          ? 'docker push'
          : `${program} ${verb}`,
      );

  it('delivers what was built, once', async () => {
    const service = world.service('user-service');
    const { code, run } = await deliver(service);
    expect({ code, output: code === 0 ? '' : run.output.join('') }).toEqual({ code: 0, output: '' });
    // Scanned before it is pushed, signed after: a signature belongs to the digest that the registry has.
    const steps = verbs(run).filter((verb) => ['trivy image', 'docker push', 'cosign sign'].includes(verb));
    expect(steps).toEqual(['trivy image', 'docker push', 'cosign sign']);
    const signed = run
      .calls()
      .flat()
      .find((word) => word.startsWith(`${service.image}@`));
    expect(lockOf(service)).toMatchObject({
      environment: 'staging',
      images: [
        {
          name: service.image,
          tag: `sha-${service.commit}`,
          digest: signed?.split('@')[1],
          source: { repository: service.url, commit: service.commit, ref: system.ref, run: system.runURL(run) },
        },
      ],
    });
    expect(
      world
        .git(world.deployments, 'log', '-1', '--format=%s%n%(trailers:key=Argocd-reference-commit-sha)', 'main')
        .trim(),
    ).toBe(`Deploy user-service to staging\nArgocd-reference-commit-sha: ${service.commit}`);
    expect(run.received).toEqual([]);
    // The same run again, as when somebody presses "re-run".
    const before = tip();
    const again = await deliver(service);
    expect(again.code).toBe(0);
    expect(again.run.output.join('')).toContain('nothing to change');
    expect(tip()).toBe(before);
  }, 120_000);

  it('stops before the push when the scan finds something, and tells the security team', async () => {
    const service = world.service('user-service');
    const before = tip();
    const { code, run } = await deliver(service, { TRIVY_FINDS: '1' });
    expect(code).toBe(1);
    expect(verbs(run)).toContain('trivy image');
    expect(verbs(run)).not.toContain('docker push');
    expect(tip()).toBe(before);
    expect(run.received).toHaveLength(1);
    expect(JSON.stringify(run.received[0]?.body)).toContain(service.commit);
    expect(JSON.stringify(run.received[0]?.body)).toContain(system.runURL(run));
  }, 120_000);

  it('says nothing of security when only the tests fail', async () => {
    const { code, run } = await deliver(world.service('user-service', 1));
    expect(code).toBe(1);
    expect(run.output.join('')).toContain('the tests ran');
    expect(run.received).toEqual([]);
    expect(run.calls()).toEqual([]);
  }, 120_000);

  const { review } = system;
  if (review !== undefined) {
    it.each([
      [0, {}],
      [1, { TRIVY_FINDS: '1' }],
    ])(
      'ends after the scan of a pull request, with %d, and pushes and tells nothing',
      async (expected, env) => {
        const before = tip();
        const run = world.run(world.service('user-service'), { EXPECTED_PASSWORD: secret, ...env });
        expect(await review(documents(filled(system, run))[0] ?? {}, run)).toBe(expected);
        expect(verbs(run)).toContain('trivy image');
        expect(verbs(run)).not.toContain('docker push');
        expect(run.received).toEqual([]);
        expect(tip()).toBe(before);
      },
      120_000,
    );
  }

  it('lets two services that are built at once both win', async () => {
    const both = ['user-service', 'order-service'].map((name) => world.service(name));
    const results = await Promise.all(both.map(async (service) => await deliver(service)));
    expect(results.map(({ code, run }) => (code === 0 ? '' : run.output.join('')))).toEqual(['', '']);
    for (const service of both)
      expect(valueAt(lockOf(service), ['images', 0, 'source', 'commit'])).toBe(service.commit);
  }, 120_000);
});
