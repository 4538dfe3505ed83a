/**
 * The Applications of a repository, also those that its charts make (the pattern "app of apps").
 */
import { type DeclaredApplications, readApplications } from '../applications/argocd/read.ts';
import { Failure } from '../diagnostics/failure.ts';
import { joinPath } from '../files/path.ts';
import { render, type RenderRequest } from '../render.ts';
import type { JsonObject } from '../resources/json.ts';
import { Folder } from './layout.ts';

const IS_APPLICATION = /^kind:\s*["']?(?:Application|ApplicationSet|AppProject)\b/mu;

/** Charts with a template that makes Applications. */
function chartsOfApplications(request: Pick<RenderRequest, 'tree'>, directory: string): string[] {
  const folder = new Folder(request.tree, directory);
  if (folder.hasFile('Chart.yaml')) {
    const makes = folder.files('templates').some((name) => {
      try {
        return IS_APPLICATION.test(folder.text(joinPath('templates', name)));
      } catch (error) {
        if (error instanceof Failure) return false;
        throw error;
      }
    });
    return makes ? [directory] : [];
  }
  return folder.folders().flatMap((name) => chartsOfApplications(request, joinPath(directory, name)));
}

/** Reads them. A chart that does not render makes none: whoever renders it is told why. */
export async function findDeployed(
  request: Omit<RenderRequest, 'environment' | 'stamp' | 'images' | 'values'>,
): Promise<DeclaredApplications> {
  const rendered: { body: JsonObject; file: string }[] = [];
  for (const directory of chartsOfApplications(request, '')) {
    try {
      const one = { ...request, directory, environment: undefined, stamp: false, images: [], values: {} };
      const { resources } = await render({ ...one, warn: () => undefined });
      rendered.push(...resources.map(({ body }) => ({ body, file: directory })));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return readApplications(request.tree, rendered);
}
