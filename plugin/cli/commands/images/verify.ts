/**
 * `waybill images verify`: is what the locks say what the registries have, and what the policy wants?
 */
import { Option } from '@commander-js/extra-typings';
import { leftOutLines } from '../../../applications/left-out.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { createDirectoryTree } from '../../../files/directory.ts';
import { loadPolicy } from '../../../policy/load.ts';
import { fileLimits } from '../../../policy/policy.ts';
import { entryJson, entryRow, heading } from '../../../verification/report.ts';
import { type Verification, verifyImages } from '../../../verification/verify.ts';
import { collect, type Define, newCommand } from '../../command.ts';
import { onePlace, readSourceOf } from '../../options/application-location.ts';
import { renderOptions } from '../../options/render.ts';
import { exitCodes } from '../../exit-codes.ts';
import { brief, fitted, markdownTable, markdownText, table } from '../../table.ts';

function bullet({ code, message, location }: Diagnostic): string {
  const place = location ? `${markdownText([location.file, location.line].filter(Boolean).join(':'))}: ` : '';
  return `- ${place}${markdownText(message)} (\`${code}\`)\n`;
}

function printed({ verified, diagnostics }: Verification, format: 'table' | 'json' | 'markdown'): string {
  if (format === 'json') return verified.map((one) => `${JSON.stringify(entryJson(one))}\n`).join('');
  const rows = verified.map(entryRow);
  if (format === 'table') {
    // The message below says why; four cells of two words each would not leave room for names.
    const short = rows.map((row) => row.map((cell) => (cell === 'not verified' ? '?' : brief(cell))));
    return table(heading, fitted(heading, short));
  }
  const findings = diagnostics.length === 0 ? '' : `\n${diagnostics.map(bullet).join('')}`;
  return `${markdownTable(heading, rows)}${findings}`;
}

export const define: Define = (session) =>
  newCommand('verify', [
    'waybill images verify',
    'waybill images verify apps -e production',
    'WAYBILL_POLICY=policy.yaml waybill images verify -e production -o json | jq .findings',
  ])
    .description(
      'Check every lock entry against its registry and the policy: the image exists, its tag has not moved, its ' +
        'labels name the same source, and it is signed as the policy requires. The exit code is 1 if anything is wrong or could not be verified.',
    )
    .argument('[dirs...]', 'directories to search for locks', ['.'])
    .option('-e, --environment <env>', 'only this environment (repeatable)', collect, [])
    .addOption(renderOptions.root())
    .addOption(
      new Option('-o, --output <format>', 'output format')
        .choices(['table', 'json', 'markdown'] as const)
        .default('table' as const),
    )
    .action(async (typed, { environment, root: typedRoot, output }) => {
      const { root, directories } = onePlace(session, typed, typedRoot);
      const policy = loadPolicy(session.env, 'cli');
      const tree = createDirectoryTree(root, fileLimits(policy));
      session.readSource = readSourceOf(tree);
      const verifying = verifyImages({ tree, directories, environments: environment, policy, env: session.env });
      const verification = await session.during('asking registries', verifying);
      session.report(verification.diagnostics);
      for (const line of leftOutLines(verification.leftOut)) session.note(line);
      const text = printed(verification, output);
      if (output === 'json') session.print(text);
      else session.show(text);
      session.finish(verification.diagnostics.length > 0 ? exitCodes.wrongInput : exitCodes.done);
    });
