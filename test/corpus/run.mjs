// Runs a comparison: npm run corpus -- [--servers] DIR...
import { argocdBinary } from '../tools/argocd.mjs';
import { confineBinary } from '../tools/confine.mjs';
import { helm4Binary, kustomizeBinary } from '../tools/renderers.mjs';
import { runBundled } from '../tools/run-bundled.mjs';

const [first, ...others] = process.argv.slice(2);
const servers = first === '--servers';
const directories = servers ? others : process.argv.slice(2);
const programs = { helm: await helm4Binary(), kustomize: await kustomizeBinary() };
await runBundled(
  servers ? 'test/corpus/servers.ts' : 'test/corpus/corpus.ts',
  async (run) => {
    if (!servers) await run(directories, programs);
    else {
      const all = { ...programs, argocd: await argocdBinary(), confine: await confineBinary() };
      process.exitCode = (await run(directories, all)) ? 0 : 1;
    }
  },
  { external: ['yaml'] },
);
