// The life of the demo's Application: what a real Argo CD did with an Application (test/fixtures/recordings), with the
// demo's own commits and records in place of the recorded ones.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const recordings = ['degraded-deadline', 'degraded-recovered'];
/** The recorded versions, and the commits of the manifests that deployed them. */
const versions = ['v1', 'v2-never', 'v3'];
const revisions = [
  'd0bfb1fd4f90d1628e7ae292209a6ebaa37292e4',
  '7c3f2a89f13f241b09318ade989b6b57887f0093',
  '02862d207104ea7b6f879454dda9e837a7cfbfdb',
];

function read(name) {
  return gunzipSync(
    readFileSync(new URL(`../../test/fixtures/recordings/${name}.jsonl.gz`, import.meta.url)),
  ).toString();
}

/**
 * The recording as a text of JSON lines.
 * @param {{ image: string, record: string, revision: string }[]} deployments in order: the image, the record's name and
 *   the commit of the manifests; fewer than three leave the others without a record
 * @param {string} application the Application's name
 */
export function lifeOf(deployments, application = 'web-staging') {
  let text = recordings.map(read).join('');
  const replace = (from, to) => {
    text = text.replaceAll(from, to);
  };
  for (const [index, { image, record, revision }] of deployments.entries()) {
    const version = versions[index];
    replace(`"stamp-${version}"`, `"${record}"`);
    replace(`configmap/stamp-${version} `, `configmap/${record} `);
    replace(`example.test/web:${version}"`, `${image}"`);
    replace(revisions[index], revision);
  }
  replace('"name":"degraded"', `"name":"${application}"`);
  replace('"namespace":"degraded"', '"namespace":"web"');
  replace('"plugin":{"name":"toy"}', '"plugin":{"name":"waybill"}');
  replace('"path":"."', '"path":"apps/web"');
  replace('http://127.0.0.1:31008/degraded.git', 'https://github.com/acme/deployments.git');
  return text;
}
