// Who may import whom below plugin/: a folder may import itself and every folder of an earlier row, never a
// neighbour of its own row or a later one. npm run generate turns this table into lint rules
// (tools/import-directions.generated.json); test/project/import-directions.test.ts shows that they bite.
export const rows = [
  ['diagnostics'],
  ['limits'],
  ['resources'],
  ['expressions', 'files', 'http', 'yaml', 'schemas'],
  ['binaries'],
  ['reuse', 'workers'],
  ['references', 'templates', 'policy', 'provenance', 'git', 'kubernetes', 'fields', 'platforms'],
  ['lock', 'record', 'registries'],
  ['config'],
  ['applications'],
  ['namespace', 'sources', 'overlays', 'images', 'strategies', 'stamp', 'hook', 'routes', 'output'],
  ['checks'],
  ['render.ts'],
  ['native', 'renders'],
  ['argocd', 'diff', 'explain', 'image-updater', 'init', 'new', 'validate', 'vendor', 'notifications', 'events', 'ci'],
  ['updates', 'serve'],
  ['adopt', 'doctor', 'handback', 'promotion', 'verification'],
  ['fleet'],
  ['page', 'previews'],
  ['cli'],
  ['bin.ts'],
];
