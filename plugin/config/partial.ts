/**
 * Partial previews: only the changed services run in a preview; the services of another environment, its base, serve
 * the rest. From `preview.partial` to names and namespaces; plugin/routes makes the routes.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { ConfigPartialPreview } from '../schemas/config.generated.ts';
import { slug } from '../templates/slug.ts';
import type { Application } from './application.ts';
import type { PartialPreview, PullRequest } from './environment.ts';
import type { Expander } from './expander.ts';
import { resolveNamespace } from './fields.ts';

/** What `preview.partial` is resolved with. */
export interface PartialContext {
  /** The environment that has `preview`. */
  readonly declaring: string;
  readonly pullRequest: PullRequest;
  readonly expander: Expander;
  /** `preview.domain`, expanded. */
  readonly domain: string | undefined;
  /** The namespace of what is rendered. */
  readonly namespace: string | undefined;
  /** The templates of another environment. */
  readonly expanderOf: (environment: string) => Expander;
  readonly isPreview: (environment: string) => boolean;
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u;

/**
 * The partial preview of a pull request.
 * @throws Failure `config-invalid` for a base that is none or shares the preview's namespace, and for names that
 *   Kubernetes refuses; `environment-unknown`; `template-…`
 */
export function resolvePartial(
  application: Application,
  written: ConfigPartialPreview,
  context: PartialContext,
): PartialPreview {
  const { document, environments } = application;
  const { declaring, pullRequest, expander, domain, namespace } = context;
  const at = ['environments', declaring, 'preview', 'partial'];
  const invalid = (key: readonly string[], message: string, help: string): Error =>
    failure('config-invalid', message, { location: document.locate([...at, ...key]), help: [help] });
  const name = (key: readonly string[], text: string): string => {
    const expanded = expander.text(document, [...at, ...key], text);
    if (LABEL.test(expanded)) return expanded;
    throw invalid(key, `${JSON.stringify(expanded)} is no name of Kubernetes`, 'Write an RFC 1123 label, such as web.');
  };
  const base = (): string => {
    const chosen = expander.text(document, [...at, 'base'], written.base);
    if (!environments.includes(chosen)) {
      throw failure('environment-unknown', `partial.base is ${JSON.stringify(chosen)}, which does not exist`, {
        location: document.locate([...at, 'base']),
        help: notFoundHelp('Environments', chosen, environments),
      });
    }
    if (context.isPreview(chosen)) {
      throw invalid(['base'], `the base ${chosen} is a preview itself`, 'Name an environment that always runs.');
    }
    const found = resolveNamespace(application, context.expanderOf(chosen));
    if (found === undefined) {
      throw invalid(['base'], `the namespace of ${chosen} is not known`, 'Write namespace at the top of waybill.yaml.');
    }
    if (found === namespace) {
      const message = `the preview and its base ${chosen} have one namespace, ${found}, and Services of the same names`;
      throw invalid(['base'], message, 'Give previews a separate namespace, such as web-preview-{{ preview.number }}.');
    }
    return found;
  };
  if (domain === undefined) {
    throw invalid([], 'a partial preview has no host', 'Write preview.domain: requests for its hosts go to previews.');
  }
  if (namespace === undefined) {
    throw invalid([], 'the namespace of the preview is not known', 'Write namespace at the top of waybill.yaml.');
  }
  const { gateway, entry } = written;
  const [baseNamespace = '', gatewayName = '', gatewayNamespace = '', service = ''] = attemptAll(
    [
      base,
      () => name(['gateway', 'name'], gateway.name),
      () => (gateway.namespace === undefined ? '' : name(['gateway', 'namespace'], gateway.namespace)),
      () => name(['entry', 'service'], entry.service),
    ],
    (work) => work(),
  );
  const label = slug(pullRequest.branch);
  return {
    number: pullRequest.number,
    slug: label,
    host: `${label}.${domain}`,
    namespace,
    baseNamespace,
    gateway: { name: gatewayName, namespace: gatewayNamespace || baseNamespace },
    entry: { service, port: entry.port },
    get location() {
      return document.locate(at, 'key');
    },
  };
}
