/**
 * The page docs/notifications/conformance.md: what the tests here hold, in one table for each subject.
 */
import { lives } from './recorded-lives.ts';
import { subjects } from './scenarios/index.ts';
import { ScenarioBuilder } from './scenario-builder.ts';

const introduction = `<!-- Written by test/conformance/page.test.ts from the scenarios themselves: do not edit. -->
# What GitHub receives, and when

Every row is a test that runs Argo CD's own notifications controller (v3.5.7) on what happens to an Application, with
the ConfigMap that \`waybill notifications generate\` writes, and compares what reaches GitHub with the row: none wrong,
none missing, none repeated. Commit statuses follow the deployments (queued and in_progress are \`pending\`, inactive
sends none). Every request is checked against GitHub's published API description.

The clock is simulated: an hour of waiting, the controller's resync every minute and GitHub's \`Retry-After\` are played
in full.
`;

/** Rows that follow one another for the same subject share a line: `v1: in_progress, success`. */
function told(lines: readonly string[]): string {
  const groups: { subject: string; states: string[] }[] = [];
  for (const line of lines) {
    const [, subject = '', state = ''] = /^(.*?) ([a-z_]+)(?: by .*)?$/u.exec(line) ?? [];
    const last = groups.at(-1);
    if (last?.subject === subject) last.states.push(state);
    else groups.push({ subject, states: [state] });
  }
  if (groups.length === 0) return 'nothing';
  const shown = groups.slice(0, 8).map(({ subject, states }) => `${subject}: ${states.join(', ')}`);
  return `${shown.join('; ')}${groups.length > 8 ? `; and so on (${lines.length} in all)` : ''}`;
}

function table(heading: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  return [heading, ['---', '---'], ...rows].map(([a, b]) => `| ${a} | ${b} |\n`).join('');
}

/** The page's text. */
export function page(): string {
  const scenarios = Object.entries(subjects).map(([subject, all]) => {
    const rows = all.map(({ name, tell }): [string, string] => {
      const builder = new ScenarioBuilder();
      tell(builder);
      const { expectations, inTheEnd } = builder.end();
      const lines = expectations.flatMap((expectation) => expectation.told);
      if (inTheEnd.length === 0) return [name, told(lines)];
      return [name, `${lines.length > 0 ? `${told(lines)}; ` : ''}in the end ${told(inTheEnd)}`];
    });
    return `\n## ${subject}\n\n${table(['what happens', 'GitHub receives'], rows)}`;
  });
  const recorded = lives.map(({ recordings, about, expected }): [string, string] => {
    return [`${about} (\`${recordings.join('`, `')}\`)`, told(expected)];
  });
  return `${introduction}
## Recorded lives

Histories of real Applications (Kubernetes 1.36, Argo CD 3.5.7; \`test/fixtures/recordings\`). At every success the pods
of the recording are asked too: those of that version are ready, and no others. Each is also played with the controller
restarted between every two events, with the same result.

${table(['what happens', 'GitHub receives'], recorded)}${scenarios.join('')}`;
}
