// Who may import whom below plugin/: a folder may import itself and every folder of an earlier row, never a
// neighbour of its own row or a later one. npm run generate turns this table into lint rules
// (tools/import-directions.generated.json); test/house/import-directions.test.ts shows that they bite.
export const rows = [
  ['diagnostics'],
  ['limits'],
  ['resources'],
  ['expressions', 'files', 'http', 'yaml', 'schemas'],
  ['binaries'],
  ['reuse', 'workers'],
  ['references', 'templates', 'policy', 'provenance', 'git', 'kubernetes', 'fields'],
  ['lock', 'record', 'registries'],
  ['config'],
  ['applications'],
  ['namespace', 'sources', 'overlays', 'images', 'strategies', 'stamp', 'hook', 'output'],
  ['checks'],
  ['render.ts'],
  ['native'],
  ['argocd', 'diff', 'doctor', 'explain', 'image-updater', 'init', 'new', 'validate', 'notifications', 'events', 'ci'],
  ['updates', 'page', 'serve', 'renders'],
  ['handback', 'promotion', 'verification'],
  ['fleet'],
  ['cli'],
  ['bin.ts'],
];
