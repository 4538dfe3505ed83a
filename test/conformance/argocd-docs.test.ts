// Argo CD's own documentation, in the version of the engine: every ConfigMap in it is held against Waybill's checks and
// against the engine. What the engine takes must not be refused, and what is found is listed here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compileSelector } from '../../plugin/expressions/label-selector.ts';
import { dataOf, readSettings, type Settings } from '../../plugin/notifications/checking/settings.ts';
import { validateSettings } from '../../plugin/notifications/checking/validate.ts';
import { argocdModule } from '../tools/argocd-module.ts';
import { startTestEngine } from '../tools/engine.ts';

const engine = await startTestEngine();
afterAll(() => engine.close());

const docs = join(await argocdModule(), 'docs/operator-manual/notifications');

/** The settings in the pages, by page and number; blocks that hold none or are no YAML are left out. */
function settingsInPages(): [string, Settings][] {
  const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  return pages.sort().flatMap((page) => {
    const blocks = readFileSync(join(docs, page), 'utf8').matchAll(/```ya?ml\n([\s\S]*?)```/gu);
    return Array.from(blocks, ([, text = ''], index): [string, Settings][] => {
      if (!/^kind: ConfigMap$/mu.test(text) || !text.includes('argocd-notifications-cm')) return [];
      try {
        return [[`${page} ${index + 1}`, readSettings(text, page)]];
      } catch {
        return [];
      }
    }).flat();
  });
}

const all = settingsInPages();

/** Variables of other controllers that use the same engine, which the pages also show. */
const othersVariables = /<no value> for \.(?:obj|rollout)$/u;

describe("the ConfigMaps in Argo CD's documentation", () => {
  it('are found', () => {
    expect(all.length).toBeGreaterThan(40);
  });

  it.each(all)('%s', async (_name, settings) => {
    const found = await validateSettings(settings, undefined);
    const refused = found.filter(({ code }) => code === 'notifications-refused');
    const { error, problems } = await engine.check({ configMap: dataOf(settings), secret: {}, fillSecret: true });
    // What is no text never reaches the engine: Kubernetes refuses it.
    const isTaken = error === undefined && problems.length === 0 && settings.mistakes.length === 0;
    if (isTaken) expect(refused).toEqual([]);
    const wrong = found.filter(({ code }) => code === 'notifications-wrong').map(({ message }) => message);
    expect(wrong.filter((message) => !othersVariables.test(message))).toEqual([]);
  });
});

describe('selectors', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier!=cache', true],
    ['app in (a, b),!skip', true],
    ['app notin (a)', true],
    ['app in ()', true],
    ['app in (a,,b)', true],
    ['n>3,m<1', true],
    ['n>3,m<-1', false],
    ['n > 3', true],
    ['app=', true],
    ['acme.dev/team=a', true],
    ['a=b=c', false],
    ['app in a', false],
    ['=a', false],
    ['app,', false],
    [',app', false],
    ['!', false],
    ['n>x', false],
    ['app=a b', false],
    ['-app=a', false],
    ['app=a/b', false],
    ['Acme_dev/team=a', false],
    [`app=${'a'.repeat(64)}`, false],
  ])('%j: the engine takes it, %s, and so do the checks', async (selector, expected) => {
    const subscriptions = `- recipients: [slack:x]\n  triggers: [t]\n  selector: ${JSON.stringify(selector)}\n`;
    const configMap = { 'service.slack': 'token: x', subscriptions };
    const { error, problems } = await engine.check({ configMap, secret: {}, fillSecret: true });
    expect(error === undefined && problems.length === 0).toBe(expected);
    const compile = () => compileSelector(selector);
    if (expected) expect(compile).not.toThrow();
    else expect(compile).toThrow(SyntaxError);
  });
});
