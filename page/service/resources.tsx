/**
 * The rendered resources, field by field: choose a field to see every value it had and who set it.
 */
import { useState } from 'preact/hooks';
import type { ExplainedField, ExplainedResource, PageCause, ServiceDetails } from '../../plugin/page/data.ts';
import { count } from '../format.ts';
import type { Loaded } from './service.tsx';

/** `overlay "three replicas" at waybill.yaml:49`. */
function causeText({ by, label = by, file, line }: PageCause): string {
  if (file === undefined) return by === 'manifest' ? 'the manifest' : label;
  const place = line === undefined ? file : `${file}:${line}`;
  // A lock's label is its file.
  return by === 'manifest' || file.endsWith(label) ? place : `${label} at ${place}`;
}

const isChanged = ({ steps }: ExplainedField): boolean => steps.some(({ cause }) => cause.by !== 'manifest');

function Field({ field }: { readonly field: ExplainedField }) {
  const [isOpen, setOpen] = useState(false);
  const last = field.steps.at(-1);
  return (
    <li class={isChanged(field) ? 'field field-changed' : 'field'}>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <code class="field-path">{field.path}</code>
        <code class="field-value">{last?.value ?? 'removed'}</code>
      </button>
      {isOpen ? (
        <ol class="steps">
          {field.steps.map((step, index) => (
            // oxlint-disable-next-line react/no-array-index-key: the steps of a field are a fixed list.
            <li key={index}>
              <code>{step.value ?? 'removed'}</code>
              <span>{causeText(step.cause)}</span>
            </li>
          ))}
        </ol>
      ) : null}
    </li>
  );
}

function Resource({ resource, onlyChanged }: { readonly resource: ExplainedResource; readonly onlyChanged: boolean }) {
  const { id, fields, addedBy } = resource;
  const changed = fields.filter(isChanged);
  const shown = onlyChanged ? changed : fields;
  return (
    <details class="resource">
      <summary>
        <b>
          {id.kind}/{id.name}
        </b>{' '}
        <span class="muted">
          {id.namespace}{' '}
          {addedBy
            ? `added by ${causeText(addedBy)}`
            : `${changed.length} of ${count(fields.length, 'field')} set by Waybill`}
        </span>
      </summary>
      {shown.length === 0 ? (
        <p class="muted">{addedBy ? 'No source gave it.' : 'Everything is as its source gives it.'}</p>
      ) : (
        <ul class="field-list">
          {shown.map((field) => (
            <Field key={field.path} field={field} />
          ))}
        </ul>
      )}
    </details>
  );
}

/** All resources of an environment. */
export function Resources({
  details,
  environment,
}: {
  readonly details: Loaded<ServiceDetails>;
  readonly environment: string;
}) {
  const [onlyChanged, setOnlyChanged] = useState(false);
  if (details === undefined) return <p class="muted">Loading …</p>;
  if (details instanceof Error) return <p class="muted">The resources are not there: {details.message}.</p>;
  const found = details.renders.find((one) => one.environment === environment);
  if (!found) return <p class="muted">Nothing was rendered for this page.</p>;
  if (found.problem !== undefined) return <pre class="problem">{found.problem}</pre>;
  return (
    <>
      <label class="check">
        <input type="checkbox" checked={onlyChanged} onChange={() => setOnlyChanged(!onlyChanged)} />
        Only fields that Waybill set
      </label>
      {found.resources.map((resource) => (
        <Resource key={Object.values(resource.id).join('/')} resource={resource} onlyChanged={onlyChanged} />
      ))}
    </>
  );
}
