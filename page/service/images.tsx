/**
 * Every image of an environment, with where it came from.
 */
import type { FleetCell, FleetImage } from '../../plugin/schemas/fleet.generated.ts';
import { Age, CommitLink, Link, PullRequestLink } from '../components/bits.tsx';
import { moment, refName, repositoryName } from '../format.ts';

function Origin({ cell, image }: { readonly cell: FleetCell; readonly image: FleetImage }) {
  const commit = cell.commits.find((one) => one.commit === image.commit && one.repository === image.repository);
  if (image.commit === undefined) return <p class="muted">The lock names no source commit.</p>;
  return (
    <dl class="facts">
      <dt>Commit</dt>
      <dd>
        <CommitLink commit={image.commit} /> {commit?.subject ?? ''}{' '}
        {commit?.url === undefined ? null : <Link to={commit.url}>on the Git host</Link>}
      </dd>
      <dt>Repository</dt>
      <dd>
        <Link to={image.repository}>{repositoryName(image.repository ?? '')}</Link>
        {commit?.ref === undefined ? '' : ` at ${refName(commit.ref)}`}
      </dd>
      {commit?.author === undefined ? null : (
        <>
          <dt>Author</dt>
          <dd>
            {commit.author}
            {commit.committedAt === undefined ? '' : `, ${moment(commit.committedAt)}`}
          </dd>
        </>
      )}
      {commit?.pullRequest === undefined ? null : (
        <>
          <dt>Pull request</dt>
          <dd>
            <PullRequestLink commit={commit} />{' '}
            <Link to={commit.pullRequest.url}>{commit.pullRequest.title ?? 'on the Git host'}</Link>
          </dd>
        </>
      )}
      {commit?.run === undefined ? null : (
        <>
          <dt>Built by</dt>
          <dd>
            <Link to={commit.run}>{commit.run}</Link>
          </dd>
        </>
      )}
    </dl>
  );
}

/** A table would hide digests: one card for each image. */
export function Images({ cell, now }: { readonly cell: FleetCell; readonly now: number }) {
  const images = cell.lock?.images ?? [];
  const running = cell.applications.flatMap(({ images }) => images);
  if (images.length === 0 && running.length === 0) {
    return <p class="muted">{cell.lock?.problem ?? 'No lock names images here; the manifests’ own images run.'}</p>;
  }
  return (
    <>
      {cell.lock === undefined ? null : (
        <p class="muted">
          <code>{cell.lock.file}</code>
          {cell.lock.uncommitted === true ? ' (with changes that are not committed)' : ''}
          {cell.lock.change === undefined ? null : (
            <>
              , changed by {cell.lock.change.author ?? 'somebody'} <Age at={cell.lock.change.at} now={now} /> ago:{' '}
              <Link to={cell.lock.change.url}>{cell.lock.change.subject}</Link>
            </>
          )}
        </p>
      )}
      <ul class="cards">
        {images.map((image) => (
          <li key={image.name} class="card">
            <h2>{image.name}</h2>
            <code class="reference">{image.reference}</code>
            {image.since === undefined ? null : (
              <p class="muted">
                since <Age at={image.since.at} now={now} /> by {image.since.author ?? 'somebody'}
              </p>
            )}
            <Origin cell={cell} image={image} />
          </li>
        ))}
      </ul>
      {running.length === 0 ? null : (
        <>
          <h2 class="section">Running, as Argo CD lists them</h2>
          <ul class="plain">
            {[...new Set(running)].map((reference) => (
              <li key={reference}>
                <code>{reference}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
