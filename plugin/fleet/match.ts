/**
 * Which cell of the fleet an Application belongs to: by the directory that it renders and the environment that it is
 * given, else by its record, else by its name.
 */
import { parseRecordName } from '../record/name.ts';
import { sameRepository } from '../record/repository.ts';
import type { ArgoApplication } from './argocd/application.ts';
import type { RepositoryReading, ServiceNow } from './origins/repository.ts';

/** Where an Application belongs. */
export interface Cell {
  /** Undefined: no directory of the repository is its. */
  readonly directory: string | undefined;
  readonly service: string;
  readonly environment: string;
}

/** The environment of Applications of which nothing tells one. */
const otherEnvironment = 'other';

/** Looks services up by directory, from the nearest to those above. */
export class Matcher {
  readonly #byDirectory: ReadonlyMap<string, ServiceNow>;
  readonly #url: string | undefined;
  readonly #environments: ReadonlySet<string>;

  constructor({ services, url }: Pick<RepositoryReading, 'services' | 'url'>) {
    this.#byDirectory = new Map(services.map((one) => [one.directory, one]));
    this.#url = url;
    this.#environments = new Set(services.flatMap(({ environments }) => environments.map(({ name }) => name)));
  }

  #nearest(path: string): { service: ServiceNow; rest: readonly string[] } | undefined {
    const parts = path === '.' ? [] : path.split('/');
    for (let length = parts.length; length >= 0; length -= 1) {
      const service = this.#byDirectory.get(parts.slice(0, length).join('/'));
      if (service) return { service, rest: parts.slice(length) };
    }
    return undefined;
  }

  #byPath(app: ArgoApplication): { service: ServiceNow; asked: string; rest: readonly string[] } | undefined {
    for (const { path, repository, environment } of app.sources) {
      if (this.#url !== undefined && !sameRepository(this.#url, repository)) continue;
      const found = this.#nearest(path);
      if (found) return { ...found, asked: environment };
    }
    return undefined;
  }

  /** The cell of an Application. */
  cellOf(app: ArgoApplication): Cell {
    const record = app.resources
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ name }) => parseRecordName(name))
      .find((one) => one !== undefined);
    const byPath = this.#byPath(app);
    if (byPath) {
      const { service, asked, rest } = byPath;
      const named = (test: (name: string, reportedAs: string) => boolean): string | undefined =>
        service.environments.find((one) => test(one.name, one.reportedAs.toLowerCase()))?.name;
      const environment =
        (asked === '' ? undefined : asked) ??
        (record && named((name, reported) => reported === record.environment || name === record.environment)) ??
        named((name) => rest.includes(name)) ??
        named((name) => app.name.endsWith(`-${name}`) || app.name.startsWith(`${name}-`)) ??
        (service.environments.length === 1 ? service.environments[0]?.name : undefined) ??
        record?.environment;
      return { directory: service.directory, service: service.name, environment: environment ?? otherEnvironment };
    }
    const environment = record?.environment ?? this.#environmentIn(app.name);
    const name = record?.application ?? app.name;
    const short = environment === undefined ? name : name.replace(`-${environment}`, '').replace(`${environment}-`, '');
    return { directory: undefined, service: short || name, environment: environment ?? otherEnvironment };
  }

  #environmentIn(name: string): string | undefined {
    return [...this.#environments].find((one) => name.endsWith(`-${one}`) || name.startsWith(`${one}-`));
  }
}
