/**
 * The small parts that every view is made of: links, commits, times, badges, commands to copy.
 */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { FleetCommit } from '../../plugin/schemas/fleet.generated.ts';
import { age, linkAddress, moment, repositoryName, short } from '../format.ts';
import { addressOf, noFilter } from '../route.ts';

/** A link to another host. Only http and https are links; another address is plain text. */
export function Link(props: {
  readonly to: string | undefined;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly title?: string;
  readonly tabIndex?: number;
}) {
  const { to, children, ...rest } = props;
  const href = linkAddress(to);
  if (href === undefined) return <span class={rest.class}>{children}</span>;
  return (
    <a href={href} rel="noreferrer noopener" {...rest}>
      {children}
    </a>
  );
}

/** The way back to the matrix. */
export function Breadcrumb() {
  return (
    <nav aria-label="Breadcrumb">
      <a href={addressOf({ view: 'matrix', filter: noFilter })}>Services</a>
    </nav>
  );
}

/** `3h`, with the exact time for those who ask. */
export function Age({ at, now }: { readonly at: string | undefined; readonly now: number }) {
  const text = age(at, now);
  return text === '' ? null : (
    <time class="age" dateTime={at} title={moment(at)}>
      {text}
    </time>
  );
}

/** A short commit that leads to its way through the environments. */
export function CommitLink({ commit }: { readonly commit: string }) {
  return (
    <a class="commit" href={addressOf({ view: 'commit', commit })} title={commit}>
      {short(commit)}
    </a>
  );
}

/** The pull request that brought a commit: to our view of it, where the number is. */
export function PullRequestLink({ commit }: { readonly commit: FleetCommit }) {
  const { pullRequest, repository } = commit;
  if (!pullRequest) return null;
  const address = addressOf({
    view: 'pull-request',
    repository: repositoryName(repository),
    number: pullRequest.number,
  });
  return (
    <a href={address} title={pullRequest.title}>
      #{pullRequest.number}
    </a>
  );
}

/** A short word about a cell. */
export function Badge(props: { readonly tone: string; readonly children: ComponentChildren; readonly title?: string }) {
  return (
    <span class={`badge badge-${props.tone}`} title={props.title}>
      {props.children}
    </span>
  );
}

/** A command that can be copied. */
export function Command({ text }: { readonly text: string }) {
  const [state, setState] = useState<'' | 'copied' | 'select it and copy'>('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Only secure origins may write there.
      setState('select it and copy');
    }
  };
  return (
    <div class="command">
      <pre tabIndex={0} aria-label="command">
        <code>{text}</code>
      </pre>
      <button type="button" class="button" onClick={() => void copy()} aria-label={`Copy: ${text}`}>
        Copy
      </button>
      <span class="command-state" role="status">
        {state}
      </span>
    </div>
  );
}

/** What is shown where there is nothing. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h1 class="empty-title">{title}</h1>
      {children}
    </div>
  );
}
