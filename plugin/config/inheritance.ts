/**
 * `extends`: which environments an environment begins with.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';
import type { ConfigEnvironment } from '../schemas/config.generated.ts';
import type { Application } from './application.ts';

/** What waybill.yaml says about one environment; empty where it says nothing. */
export function environmentOf(application: Application, name: string): NonNullable<ConfigEnvironment> {
  const { environments } = application.config;
  return (environments && Object.hasOwn(environments, name) ? environments[name] : undefined) ?? {};
}

/** Fails for `extends` of an environment that does not exist, and for circles; each circle once. */
export function checkInheritance(application: Application): void {
  const { document, environments } = application;
  const known = new Set(environments);
  const done = new Set<string>();
  attemptAll(environments, (start) => {
    const path: string[] = [];
    const onPath = new Set<string>();
    for (let name: string | undefined = start; name !== undefined && !done.has(name); ) {
      if (onPath.has(name)) {
        const circle = [...path.slice(path.indexOf(name)), name];
        for (const one of path) done.add(one);
        throw failure('extends-cycle', `environments extend each other in a cycle: ${circle.join(' extends ')}`, {
          location: document.locate(['environments', name, 'extends']),
          help: ['Take the extends out of one of them.'],
        });
      }
      path.push(name);
      onPath.add(name);
      const parent: string | undefined = environmentOf(application, name).extends;
      if (parent !== undefined && !known.has(parent)) {
        for (const one of path) done.add(one);
        throw failure(
          'extends-unknown',
          `environment ${name} extends ${JSON.stringify(parent)}, which does not exist`,
          {
            location: document.locate(['environments', name, 'extends']),
            help: notFoundHelp('Environments', parent, environments),
          },
        );
      }
      name = parent;
    }
    for (const one of path) done.add(one);
  });
}

/** The environment's ancestors, the furthest first, and itself. */
export function lineage(application: Application, environment: string | undefined): readonly string[] {
  const names: string[] = [];
  for (let name = environment; name !== undefined; name = environmentOf(application, name).extends) names.push(name);
  return names.toReversed();
}
