/**
 * `waybill handback compare`: which pattern fits.
 */
import { Option } from '@commander-js/extra-typings';
import { type Comparison, compare, importance, type Judged, standards } from '../../../handback/compare.ts';
import { criteria } from '../../../handback/pattern.ts';
import { ciNames, providerNames } from '../../../handback/possible.ts';
import { type Define, newCommand } from '../../command.ts';
import { markdownTable, table } from '../../table.ts';

const heading = ['PATTERN', ...criteria.map((one) => one.toUpperCase()), 'SCORE', 'NETWORK PATH TO CI', 'OUT BECAUSE'];

function row({ pattern, score, networkPath, excluded }: Judged): string[] {
  return [
    pattern.name,
    ...criteria.map((one) => `${pattern.ratings[one].score}/5`),
    score.toFixed(1),
    networkPath ? 'yes' : 'no',
    excluded.join('; '),
  ];
}

function asText({ judged, recommended, why }: Comparison, draw: typeof table, item: string): string {
  const lines = [
    ...(recommended === undefined ? ['No pattern is left.'] : [`Recommended: ${recommended.pattern.name}, because`]),
    ...why.map((line) => `${item}${line}`),
  ];
  return `${draw(heading, judged.map(row))}\n${lines.join('\n')}\n`;
}

function asJSON({ judged, recommended, why }: Comparison): string {
  const patterns = judged.map(({ pattern, score, networkPath, excluded }) => ({
    name: pattern.name,
    summary: pattern.summary,
    networkPath,
    ratings: pattern.ratings,
    score: Number(score.toFixed(2)),
    excluded,
  }));
  return `${JSON.stringify({ recommended: recommended?.pattern.name ?? null, why, patterns })}\n`;
}

export const define: Define = (session) =>
  newCommand('compare', [
    'waybill handback compare --security high --effort low',
    'waybill handback compare --standard financial --format markdown',
    'waybill handback compare --ci azure-pipelines --provider azure-devops',
  ])
    .description('Compare the patterns by your priorities, and recommend one with the reasons.')
    .addOption(new Option('--security <importance>', 'importance of security').choices(importance))
    .addOption(new Option('--effort <importance>', 'importance of little effort').choices(importance))
    .addOption(new Option('--latency <importance>', 'importance of speed').choices(importance))
    .addOption(new Option('--audit <importance>', 'importance of an audit trail').choices(importance))
    .addOption(new Option('--scale <importance>', 'importance of scale').choices(importance))
    .addOption(new Option('--standard <standard>', 'a standard that applies to you').choices(standards))
    .addOption(new Option('--ci <system>', 'the CI system that runs your tests').choices(ciNames))
    .addOption(new Option('--provider <provider>', 'the provider of your source repositories').choices(providerNames))
    .addOption(
      new Option('--format <format>', 'output format')
        .choices(['table', 'markdown', 'json'] as const)
        .default('table' as const),
    )
    .action(({ format, standard, ci, provider, ...weights }) => {
      const found = compare({ weights, standard, setup: { ci, provider } });
      if (format === 'json') session.print(asJSON(found));
      else
        session.show(asText(found, format === 'markdown' ? markdownTable : table, format === 'markdown' ? '- ' : '  '));
      session.finish();
    });
