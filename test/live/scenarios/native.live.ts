/**
 * Applications that Argo CD renders itself, with the record as a file: the same life, and the same statuses, in every
 * form.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';
import { type NativeForm, noRetry } from '../application.ts';
import { badPort, web } from '../manifests.ts';
import { scenario } from '../scenario.ts';
import { degraded, failed } from '../state.ts';

/** The chart's values say which image runs. */
const template = web.replace('example.test/web', '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"');

const forms: readonly NativeForm[] = ['directory', 'kustomize', 'helm', 'multi-source'];
const last = { v1: 'inactive', v2: 'inactive', v3: 'failure', 'v4-never': 'failure', v5: 'success' };

describe('without the sidecar', () => {
  for (const form of forms) {
    scenario(`native-${form}`, last, async ({ application }) => {
      application.native = form;
      const manifests = form === 'helm' ? template : web;
      application.files['templates/app.yaml'] = manifests;
      await application.up({ retry: noRetry });
      await application.deploy('v2', { WEB: 'v2', READY: '4s' });
      application.files['templates/app.yaml'] = badPort(manifests);
      await application.commit('v3, a manifest that cannot be applied', { WEB: 'v3' });
      await application.refresh();
      await application.until('failed', failed, 60);
      await sleep(8000);
      application.files['templates/app.yaml'] = manifests;
      await application.deploy('back to v2', { WEB: 'v2' });
      await application.commit('v4, never ready', { WEB: 'v4-never' });
      await application.refresh();
      await application.until('degraded', degraded, 90);
      await sleep(35_000);
      await application.deploy('v5', { WEB: 'v5' });
    });
  }
});
