/**
 * `waybill where COMMIT`: where a commit, pull request, tag, digest or image runs, and where not yet.
 */
import { Option } from '@commander-js/extra-typings';
import { failure } from '../../diagnostics/failure.ts';
import { clean, stateSigns, stateWords } from '../../fleet/views/cells.ts';
import type { Location, Query, Where } from '../../fleet/where.ts';
import type { Fleet, FleetChange, FleetCommit } from '../../schemas/fleet.generated.ts';
import { age } from '../age.ts';
import { type Define, newCommand } from '../command.ts';
import { noteMissing, providersOf, readReadings, withFleet } from '../options/fleet.ts';
import { table } from '../table.ts';

function originLines(commits: readonly FleetCommit[], images: readonly string[]): string {
  const lines = images.map((one) => clean(one));
  for (const { commit, url, subject, author, pullRequest, run, version } of commits) {
    const about = [subject, author === undefined ? undefined : `by ${author}`].filter((one) => one !== undefined);
    lines.push(`  commit        ${url ?? commit}${about.length > 0 ? `  ${clean(about.join(' '))}` : ''}`);
    if (version !== undefined) lines.push(`  version       ${clean(version)}`);
    if (pullRequest) lines.push(`  pull request  ${pullRequest.url ?? `#${pullRequest.number}`}`);
    if (run !== undefined) lines.push(`  run           ${run}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function by(change: FleetChange | undefined, now: number): string {
  if (!change) return '-';
  return `${age(change.at, now)} ${clean(change.author ?? '')}`.trim();
}

function words({ is, instead, isWithin, until, between, cell }: Location, now: number): string {
  if (isWithin) return `in ${instead?.commit.slice(0, 8) ?? ''}, which is later`;
  const parts = [
    is === 'runs' || instead === undefined ? '' : `now ${instead.commit.slice(0, 8)}`,
    until ? `replaced ${age(until.at, now)} ago` : '',
    is === 'runs' && cell.state === 'unknown' && cell.reason !== undefined ? cell.reason : '',
    ...between,
  ];
  return parts.filter(Boolean).map(clean).join('; ');
}

function rowOf(location: Location, now: number): string[] {
  const { service, environment, is, cell } = location;
  const state = is === 'runs' || location.isWithin ? `${stateSigns[cell.state]} ${stateWords[cell.state]}` : is;
  const since = location.isWithin ? location.cell.lock?.change : location.since;
  return [clean(service), clean(environment), state, by(since, now), words(location, now)];
}

function formatWhere({ commits, images, locations }: Where, now: number): string {
  const heading = ['SERVICE', 'ENVIRONMENT', 'STATE', 'SINCE', ''];
  const rows = locations.map((one) => rowOf(one, now));
  return `${originLines(commits, images)}${table(heading, rows)}`;
}

export const define: Define = (session) =>
  withFleet(
    newCommand('where', [
      'waybill where 8f3c0e7b',
      'waybill where https://github.com/acme/web/pull/12 --argocd https://argocd.example.com',
      "waybill where $(kubectl get pod web-0 -o jsonpath='{.status.containerStatuses[0].imageID}')",
    ])
      .description(
        'Show where a commit, pull request (#12 or its page), tag, digest or image runs, since when and by whom, where it ran before, where it is not deployed yet, and what prevents it.',
      )
      .argument('<what>', 'a commit, the page or number of a pull request, a tag or version, a digest, an image')
      .argument('[dir]', 'the deployments repository, or a directory in it', '.'),
  )
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['text', 'json'] as const).default('text' as const),
    )
    .action(async (what, directory, options) => {
      const [{ parseQuery, where }, { assemble }] = await Promise.all([
        import('../../fleet/where.ts'),
        import('../../fleet/assemble.ts'),
      ]);
      const query = parseQuery(what);
      const look = async (one: Query): Promise<{ found: Where; fleet: Fleet }> => {
        const readings = await readReadings(session, directory, options, { withHistory: false, needle: one.needle });
        const fleet = assemble(readings);
        return { found: where(readings, fleet, one), fleet };
      };
      let { found, fleet } = await look(query);
      const providers = await providersOf(session, options);
      if (providers) {
        const { queriesOfPullRequest, withProvider } = await import('../../fleet/where-provider.ts');
        const commits = query.kind === 'commit' ? [query] : [];
        if (found.locations.length === 0) commits.push(...(await queriesOfPullRequest(query, providers)));
        for (const one of commits)
          if (found.locations.length === 0 && one !== query) ({ found, fleet } = await look(one));
        const { repository } = query;
        const sought = repository === undefined ? [] : commits.map(({ needle: commit }) => ({ repository, commit }));
        const whole =
          found.locations.length > 0 || sought.length === 0
            ? fleet
            : assemble(await readReadings(session, directory, options, { withHistory: false }));
        found = await session.during('asking the Git provider', withProvider(found, whole, sought, providers));
        fleet = { ...fleet, origins: [...fleet.origins, ...providers.origins] };
      }
      if (found.locations.length === 0) {
        if (providers) noteMissing(session, { ...fleet, origins: providers.origins, problems: [] });
        const reasons = fleet.origins.flatMap(({ kind, reason }) =>
          kind === 'repository' && reason !== undefined ? [clean(reason)] : [],
        );
        throw failure('where-unknown', `no lock here names, or ever named, the ${query.kind} ${clean(query.text)}`, {
          help: [
            ...reasons.map((reason) => `${reason}.`),
            ...(reasons.some((reason) => reason.includes('shallow'))
              ? ['Fetch the whole history first: git fetch --unshallow.']
              : []),
            ...(providers
              ? []
              : [
                  'With --ask-provider and the page of a commit or pull request, later commits that contain it are found, too.',
                ]),
          ],
        });
      }
      const meant = [...new Set(found.commits.map(({ commit }) => commit))];
      if (query.kind === 'commit' && meant.length > 1)
        session.note(`${meant.length} commits begin with ${query.text}: ${meant.join(', ')}; give more of the one`);
      // Without Applications the table says what is to run, and that nobody knows what runs.
      noteMissing(session, { ...fleet, problems: [] });
      if (options.output === 'json') session.print(`${JSON.stringify(found)}\n`);
      else session.show(formatWhere(found, Date.parse(fleet.takenAt)));
      session.finish();
    });
