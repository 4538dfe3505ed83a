// Builds the pinned real tools that tests meet into the cache folder; a second run costs nothing.
import { mkdir } from 'node:fs/promises';
import { argocdBinary, argocdServerBinary, engineBinary } from './argocd.mjs';
import { cacheFolder } from './cache.mjs';
import { chromiumLaunch } from './chromium.mjs';
import { confineBinary } from './confine.mjs';
import { authorityBinary, cosignBinary } from './cosign.mjs';
import { goBinary } from './go-binary.mjs';
import { jqBinary } from './jq.mjs';
import { promtoolBinary } from './promtool.mjs';
import { helm3Binary, helm4Binary, kustomizeBinary } from './renderers.mjs';

await mkdir(cacheFolder(), { recursive: true });
await goBinary('test/oracle');
await goBinary('test/handback/oracle');
await goBinary('test/handback/tekton');
await jqBinary();
await promtoolBinary();
await goBinary('test/registry/server');
await confineBinary();
await kustomizeBinary();
await helm3Binary();
await helm4Binary();
await cosignBinary();
await authorityBinary();
await argocdBinary();
await engineBinary();
await chromiumLaunch();
await argocdServerBinary();
