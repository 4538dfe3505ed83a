/**
 * What an environment renders otherwise than the environment before it.
 */
import type { ChangedResource, ServiceDetails } from '../../plugin/page/data.ts';
import type { Loaded } from './service.tsx';

const changeWords = { added: 'only here', removed: 'not here', changed: 'differs' } as const;

function Changed({ resource }: { readonly resource: ChangedResource }) {
  const { id, change, fields } = resource;
  return (
    <li class={`change change-${change}`}>
      <h3>
        {id.kind}/{id.name} <span class="muted">{id.namespace}</span>{' '}
        <span class="change-word">{changeWords[change]}</span>
      </h3>
      {fields.length === 0 ? null : (
        <table class="fields">
          <tbody>
            {fields.map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td class="before">{before === undefined ? '' : <del>{before}</del>}</td>
                <td class="after">{after === undefined ? '' : <ins>{after}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

/** The comparison of the rendered resources. */
export function Changes({
  details,
  environment,
}: {
  readonly details: Loaded<ServiceDetails>;
  readonly environment: string;
}) {
  if (details === undefined) return <p class="muted">Loading …</p>;
  if (details instanceof Error) return <p class="muted">The comparison is not there: {details.message}.</p>;
  const found = details.renders.find((one) => one.environment === environment);
  if (!found) return <p class="muted">Nothing was rendered for this page.</p>;
  if (found.problem !== undefined) return <pre class="problem">{found.problem}</pre>;
  const { difference } = found;
  if (!difference) return <p class="muted">This is the first environment: there is none before it to compare with.</p>;
  if (difference.resources.length === 0) {
    return (
      <p>
        {environment} renders the same as {difference.from}.
      </p>
    );
  }
  return (
    <>
      <p class="muted">
        From <b>{difference.from}</b> to <b>{environment}</b>: {difference.resources.length} of{' '}
        {difference.resources.length + difference.unchanged} resources differ.
      </p>
      <ul class="changes">
        {difference.resources.map((resource) => (
          <Changed key={Object.values(resource.id).join('/') + resource.change} resource={resource} />
        ))}
      </ul>
    </>
  );
}
