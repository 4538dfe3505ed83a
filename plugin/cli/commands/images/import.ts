/**
 * `waybill images import`: from Argo CD Image Updater to waybill.yaml.
 */
import { readFileSync } from 'node:fs';
import { loadApplication } from '../../../config/load.ts';
import { checkEnvironment } from '../../../config/choose.ts';
import { failure } from '../../../diagnostics/failure.ts';
import { joinPath } from '../../../files/path.ts';
import { decodeText } from '../../../files/text.ts';
import { type Define, newCommand } from '../../command.ts';
import type { Session } from '../../session.ts';

async function readInput(session: Session, typed: string): Promise<{ file: string; text: string }> {
  if (typed !== '-') {
    try {
      return { file: typed, text: decodeText(typed, readFileSync(session.path(typed))) };
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      throw failure('file-missing', `${typed} cannot be read (${String(error.code)})`);
    }
  }
  const parts: Buffer[] = [];
  for await (const part of session.stdin ?? []) if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  return { file: 'standard input', text: decodeText('standard input', Buffer.concat(parts)) };
}

export const define: Define = (session) =>
  newCommand('import', [
    'waybill images import argocd/user-service.yaml',
    'waybill images import ../../argocd/image-updater.yaml --app user-service -C apps/user-service -e staging --write',
    'kubectl get application user-service -n argocd -o yaml | waybill images import -',
  ])
    .description(
      "Convert Argo CD Image Updater's annotations of an Application or ApplicationSet, or an ImageUpdater resource, into images of waybill.yaml. Settings without an equivalent are listed.",
    )
    .argument('<files...>', 'YAML files with the resources; - is standard input')
    .option('--app <name>', 'the Application, if the files configure several')
    .option('-e, --environment <env>', 'write images of this environment instead of those of the application')
    .option('--replace', 'with --write: replace existing strategies with the imported ones', false)
    .option('--write', 'change waybill.yaml in the current directory (-C) instead of printing', false)
    .action(async (files, { app, environment, write, replace }) => {
      const inputs = await Promise.all(files.map((file) => readInput(session, file)));
      const texts = new Map(inputs.map(({ file, text }) => [file, text]));
      session.readSource = (file) => texts.get(file);
      const { importImages } = await import('../../../image-updater/import.ts');
      const { printImages, writeImages } = await import('../../../image-updater/write.ts');
      const { images, remarks } = importImages(inputs, app);
      if (!write) {
        session.report(remarks);
        session.print(printImages(images, environment));
        session.finish();
        return;
      }
      const { deliver } = await import('../../../updates/deliver.ts');
      const delivery = {
        directory: session.cwd,
        env: session.env,
        to: 'work-tree' as const,
        note: (line: string) => session.note(line),
      };
      const { result } = await deliver(delivery, async ({ tree, directory }) => {
        const file = joinPath(directory, 'waybill.yaml');
        session.readSource = (path) =>
          texts.get(path) ?? (tree.kind(path) === 'file' ? tree.readText(path) : undefined);
        const text = tree.kind(file) === 'file' ? tree.readText(file) : undefined;
        if (text !== undefined && environment !== undefined) {
          checkEnvironment(loadApplication(tree, directory), environment);
        }
        const changed = writeImages(text, file, images, environment, replace);
        return {
          files: new Map(changed === text ? [] : [[file, changed]]),
          targets: [file],
          message: async () => 'Choose images by the strategies that Image Updater had',
          branch: 'waybill/import-images',
          result: changed === text,
        };
      });
      session.report(remarks);
      const count = `${images.length} image${images.length === 1 ? '' : 's'}`;
      session.note(
        result
          ? 'waybill.yaml already contains all of it'
          : `waybill.yaml: ${count} written. Next: waybill images update -e ${environment ?? 'ENVIRONMENT'}`,
      );
      session.finish();
    });
