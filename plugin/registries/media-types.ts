/**
 * The forms of manifests that registries answer.
 */

/** What is understood, the form that says most first. */
export const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Docker's first form, of before 2016: its digest is not that of what runtimes pull today. */
export function isSchema1(contentType: string): boolean {
  return contentType.startsWith('application/vnd.docker.distribution.manifest.v1+');
}
