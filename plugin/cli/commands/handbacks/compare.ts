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
    .description('Compare the patterns by what matters to you, and say which one fits and why.')
    .addOption(new Option('--security <importance>', 'how much security matters').choices(importance))
    .addOption(new Option('--effort <importance>', 'how much little effort matters').choices(importance))
    .addOption(new Option('--latency <importance>', 'how much speed matters').choices(importance))
    .addOption(new Option('--audit <importance>', 'how much a history matters').choices(importance))
    .addOption(new Option('--scale <importance>', 'how much many deployments matter').choices(importance))
    .addOption(new Option('--standard <standard>', 'rules that you are held to').choices(standards))
    .addOption(new Option('--ci <system>', 'what runs your tests').choices(ciNames))
    .addOption(new Option('--provider <provider>', 'where your source repositories are').choices(providerNames))
    .addOption(
      new Option('--format <format>', 'how to print')
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
