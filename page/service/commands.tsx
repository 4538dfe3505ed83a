/**
 * What people do next with an environment, as commands to copy: promote, roll back, hold, look closer.
 */
import type { FleetCell, FleetService } from '../../plugin/schemas/fleet.generated.ts';
import { Command } from '../components/bits.tsx';

/** A word of a shell command, quoted where the shell would read it otherwise. Pure. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The commands, grouped by what they are for. */
export function Commands(props: { readonly service: FleetService; readonly cell: FleetCell }) {
  const { service, cell } = props;
  const { directory } = service;
  if (directory === undefined) {
    return <p class="muted">The deployments repository was not read, so its directory is not known.</p>;
  }
  const start = `waybill -C ${shellWord(directory)}`;
  const here = shellWord(cell.environment);
  const index = service.cells.findIndex(({ environment }) => environment === cell.environment);
  const before = service.cells[index - 1]?.environment;
  const next = service.cells[index + 1]?.environment;
  const promote = (from: string, to: string) =>
    `${start} promote --from ${shellWord(from)} --to ${shellWord(to)} --commit --pull-request-branch`;
  const image = cell.lock?.images[0];
  const commands: (readonly [string, string])[] = [];
  if (before !== undefined)
    commands.push([`Promote what ${before} runs to ${cell.environment}`, promote(before, cell.environment)]);
  if (next !== undefined)
    commands.push([`Promote what ${cell.environment} runs to ${next}`, promote(cell.environment, next)]);
  commands.push(['Run again what ran before', `${start} rollback -e ${here} --reason '…' --commit --push`]);
  if (image) {
    const hold = `${start} hold ${shellWord(image.name)} -e ${here} --reason '…' --commit --push`;
    commands.push(['Keep what runs, whatever comes', hold]);
  }
  for (const { image, tag, digest } of cell.lock?.holds ?? []) {
    const name = tag !== undefined ? `${image}:${tag}` : digest !== undefined ? `${image}@${digest}` : image;
    commands.push([`Take the hold of ${image} away`, `${start} release ${shellWord(name)} -e ${here} --commit --push`]);
  }
  if (before !== undefined)
    commands.push([
      `See how it differs from ${before}`,
      `waybill diff ${shellWord(directory)} -e ${shellWord(before)} --to ${here}`,
    ]);
  commands.push(['See who set what', `waybill explain ${shellWord(directory)} -e ${here}`]);
  return (
    <dl class="commands">
      {commands.map(([title, text]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <Command text={text} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
