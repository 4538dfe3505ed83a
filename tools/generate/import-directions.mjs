// Lint rules from the table in tools/import-directions.mjs.
import { rows } from '../import-directions.mjs';

/** @returns {[string, string][]} */
export function outputs() {
  const overrides = rows.flatMap((row, level) =>
    row.flatMap((room) => {
      const forbidden = [...row.filter((other) => other !== room), ...rows.slice(level + 1).flat()];
      if (forbidden.length === 0) return [];
      const names = forbidden.map((name) => (name.endsWith('.ts') ? name.replace('.', '\\.') : `${name}/`));
      return [
        {
          files: [room.endsWith('.ts') ? `plugin/${room}` : `plugin/${room}/**/*.ts`],
          rules: {
            'no-restricted-imports': [
              'error',
              {
                patterns: [
                  {
                    regex: `^(\\.\\./)+(${names.join('|')})|^\\./(${names.join('|')})`,
                    message: `plugin/${room} may not import this folder: see tools/import-directions.mjs.`,
                  },
                ],
              },
            ],
          },
        },
      ];
    }),
  );
  // Tests beside the code may use anything of the product.
  overrides.push({ files: ['plugin/**/*.test.ts'], rules: { 'no-restricted-imports': ['off'] } });
  return [['tools/import-directions.generated.json', `${JSON.stringify({ overrides }, null, 2)}\n`]];
}
