/**
 * Converts Image Updater's configuration into `images` of waybill.yaml, for people who come from it.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { nameKey } from '../references/reference.ts';
import type { ConfigImage } from '../schemas/config.generated.ts';
import { convert } from './convert.ts';
import { findManifests, type InputFile } from './manifests.ts';
import { selectConfiguration } from './select.ts';

/** What was found. */
export interface Imported {
  readonly images: readonly Readonly<ConfigImage>[];
  /** A warning for each setting that has no place in waybill.yaml: nothing is left out silently. */
  readonly remarks: readonly Diagnostic[];
}

/**
 * Reads the files.
 * @param application the Application's name, where the files configure several
 * @throws Failure `import-nothing`, `import-invalid`, `config-invalid`, `strategy-invalid`, of reading YAML; every
 * mistake at once
 */
export function importImages(files: readonly InputFile[], application: string | undefined): Imported {
  const configuration = selectConfiguration(findManifests(files), application);
  const seen = new Set<string>();
  const converted = attemptAll(configuration.images, (image) => {
    const result = convert(image);
    const key = nameKey(result.entry.name);
    if (seen.has(key)) {
      throw failure(
        'import-invalid',
        `${result.entry.name} is configured twice, and waybill.yaml has one entry per image`,
        {
          location: image.image.location,
          help: [
            'Keep one of them. Where two containers run different tags of one image, let the manifests name it differently.',
          ],
        },
      );
    }
    seen.add(key);
    return result;
  });
  return {
    images: converted.map(({ entry }) => entry),
    remarks: [...converted.flatMap(({ remarks }) => remarks), ...configuration.leftOut],
  };
}
