/**
 * The commit that puts new images into an environment, as people and Argo CD read it: the subject names the services,
 * the body says what changed and what triggered it, and the trailers are those that Argo CD's API and hydrator read
 * as the related code commit (util/git GetReferences: `Argocd-reference-commit-*`, one commit at most).
 */
import type { CommitFacts } from '../git/commit-facts.ts';
import type { ImageSource } from '../lock/lock.ts';
import { parseRepository } from '../record/repository.ts';
import { type ImageOutcome, shortVersion } from './outcome.ts';

/** What the message is made of. */
export interface MessageFacts {
  /** The verb of the subject: `Deploy`, `Update`, `Promote`, `Roll back`. */
  readonly verb: string;
  readonly environment: string | undefined;
  /** The application directory, relative to the repository; '' for its top. */
  readonly directory: string;
  readonly outcomes: readonly ImageOutcome[];
  /** What made CI do it: the run's page. */
  readonly trigger?: string | undefined;
  /** The source commit that Argo CD is to know, and what it says about itself where a checkout has it. */
  readonly reference?: { readonly source: ImageSource; readonly facts: CommitFacts | undefined } | undefined;
}

/** Subjects are read in lists: longer ones are cut there. */
const subjectWidth = 72;

/** `user-service` of `ghcr.io/acme/user-service`. */
function serviceName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

function subjectOf({ verb, environment, outcomes }: MessageFacts): string {
  const names = [...new Set(outcomes.map(({ name }) => serviceName(name)))];
  const preposition = verb === 'Roll back' || verb === 'Update' ? 'in' : 'to';
  const where = environment === undefined ? '' : ` ${preposition} ${environment}`;
  for (let shown = names.length; shown > 0; shown -= 1) {
    const rest = names.length - shown;
    const list = names.slice(0, shown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
    const subject = `${verb} ${list}${where}`;
    if (subject.length <= subjectWidth || shown === 1) return subject;
  }
  return verb;
}

function imageLines({ application, name, before, stated, after }: ImageOutcome): string[] {
  const source = after?.source;
  return [
    `${application === undefined ? '' : `${application}: `}${name}: ${shortVersion(before ?? stated)} -> ${shortVersion(after)}`,
    ...(source ? [`  ${source.repository} at ${source.commit}`] : []),
  ];
}

/** `"Jo Doe" <jo@acme.dev>`, quoted so that Go's net/mail reads any name. */
function mailbox({ name, email }: CommitFacts['author']): string | undefined {
  const address = email.replaceAll(/[\s<>]/gu, '');
  if (!/^[^@]+@[^@]+$/u.test(address)) return undefined;
  return `"${oneLine(name).replaceAll(/["\\]/gu, '\\$&')}" <${address}>`;
}

function trailers({ environment, reference }: MessageFacts): string[] {
  const lines: string[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') lines.push(`${name}: ${value}`);
  };
  if (reference) {
    const { source, facts } = reference;
    // Argo CD links to it, so it must be a page; git@host:owner/name is no URL for Go.
    add('Argocd-reference-commit-repourl', parseRepository(source.repository)?.webURL);
    add('Argocd-reference-commit-sha', source.commit);
    add('Argocd-reference-commit-author', facts && mailbox(facts.author));
    add('Argocd-reference-commit-date', facts?.date);
    add('Argocd-reference-commit-subject', facts && oneLine(facts.subject));
    add('Argocd-reference-commit-body', facts && facts.body !== '' ? JSON.stringify(facts.body) : undefined);
  }
  add('Waybill-Environment', environment);
  return lines;
}

/** The whole commit message, ending with a line end. */
export function commitMessage(facts: MessageFacts): string {
  const { environment, directory, outcomes, trigger } = facts;
  const context = [
    ...(environment === undefined ? [] : [`Environment: ${environment}`]),
    ...(directory === '' ? [] : [`Application: ${directory}`]),
    ...(trigger === undefined ? [] : [`Trigger: ${oneLine(trigger)}`]),
  ];
  const paragraphs = [[subjectOf(facts)], outcomes.flatMap(imageLines), context, trailers(facts)];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
