import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../plugin/diagnostics/failure.ts';
import { formatDiagnostics } from '../../plugin/diagnostics/format.ts';
import { applyOverlays } from '../../plugin/overlays/apply.ts';
import { differences } from '../overlays/differences.ts';
import { overlaysFrom, resourcesFrom } from '../tools/overlays.ts';

// docs/overlays.md shows manifests, overlays and what comes of them: an overlay applies to the manifest above it.
const page = readFileSync('docs/overlays.md', 'utf8');

interface Example {
  readonly line: number;
  readonly manifest: string;
  readonly overlay: string;
  readonly outcome: string;
}

function examples(): Example[] {
  const found: Example[] = [];
  let manifest = '';
  let overlay = '';
  for (const { 1: kind, 2: text = '', index } of page.matchAll(/^```\w+ (\w+)\n([\s\S]*?)^```$/gmu)) {
    if (kind === 'manifest') manifest = text;
    else if (kind === 'overlay') overlay = text;
    else found.push({ line: page.slice(0, index).split('\n').length, manifest, overlay, outcome: `${kind}\n${text}` });
  }
  return found;
}

/** The outcome as the page shows it; an error without its place. */
async function outcome(manifest: string, overlay: string): Promise<{ bodies: unknown } | { error: string }> {
  try {
    const made = await applyOverlays(resourcesFrom(manifest), overlaysFrom(overlay), {});
    return { bodies: made.map(({ body }) => body) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const placeless = error.diagnostics.map(({ severity, code, message, help = [] }) => ({
      severity,
      code,
      message,
      help,
    }));
    return { error: formatDiagnostics(placeless, () => undefined) };
  }
}

describe('docs/overlays.md', () => {
  const all = examples();

  it('has examples', () => expect(all.length).toBeGreaterThan(10));

  it.each(all)('line $line', async ({ manifest, overlay, outcome: shown }) => {
    const [kind = '', ...text] = shown.split('\n');
    const expected =
      kind === 'error'
        ? { error: text.join('\n') }
        : { bodies: resourcesFrom(text.join('\n')).map(({ body }) => body) };
    expect(await outcome(manifest, overlay)).toEqual(expected);
  });

  it('lists every difference of a merge', () => {
    const table = page.slice(page.indexOf('### Merge\n\n| case'), page.indexOf('### Patch'));
    const rows = [...table.matchAll(/^\| (.+?) \| /gmu)].map(([, name]) => name).slice(1);
    expect(rows).toEqual(differences.map(({ name }) => name));
  });
});
