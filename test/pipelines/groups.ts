/**
 * The groups of secrets of docs/pipelines.md: CircleCI's contexts, Azure's variable groups.
 */
import { credentials, type Run, type Variables } from './world.ts';

const groups: Readonly<Record<string, readonly string[]>> = {
  security: ['SECURITY_WEBHOOK'],
  'image-registry': ['REGISTRY_USER', 'REGISTRY_PASSWORD'],
  'image-signing': ['COSIGN_PRIVATE_KEY', 'COSIGN_PASSWORD'],
  deployments: ['DEPLOYMENTS_TOKEN'],
};

/** The variables of some groups. Throws for a group that the page does not name. */
export function secretsOf(names: readonly string[], run: Run): Variables {
  const all = credentials(run);
  const given = names.map((group) => groups[group] ?? [`the group ${group}`]);
  return Object.fromEntries(
    given.flat().map((name) => {
      const value = all[name];
      if (value === undefined) throw new Error(`${name} is not known here`);
      return [name, value];
    }),
  );
}
