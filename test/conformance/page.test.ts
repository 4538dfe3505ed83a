import { expect, it } from 'vitest';
import { page } from './page.ts';

it('docs/notifications/conformance.md says what the scenarios hold (npx vitest -u writes it)', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/notifications/conformance.md');
});
