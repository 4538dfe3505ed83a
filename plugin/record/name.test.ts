import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { parseRecordName, recordName, type RecordFields } from './name.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
// k8s.io/apimachinery/pkg/util/validation IsDNS1123Subdomain.
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;

function diagnostics(work: () => unknown): readonly { code: string; message: string; help?: readonly string[] }[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.diagnostics;
    throw error;
  }
  return [];
}

describe('recordName', () => {
  it.each<[RecordFields, string]>([
    [
      { owner: 'acme', repository: 'user-service', environment: 'production', application: 'user-service', commit },
      `waybill.acme.user-service.production.user-service.${commit}`,
    ],
    [
      { owner: 'Acme', repository: '.github', environment: 'production/eu_1', application: '3d', commit },
      `waybill.acme.x.0github.production.3eu.11.x3d.${commit}`,
    ],
    [
      { owner: 'group/sub.x', repository: '-edge-', environment: 'xyz', application: 'a--', commit },
      `waybill.group.3sub.0x.x.2edge.2.xxyz.a.2.2.${commit}`,
    ],
    [
      { owner: 'acme/My Shop', repository: '~jo', environment: 'a+b', application: 'a-.b', commit },
      `waybill.acme.3my.4shop.x.5jo.a.6b.a.2.0b.${commit}`,
    ],
  ])('%j', (fields, name) => expect(recordName(fields)).toBe(name));

  const character = fc.constantFrom(...Array.from('abcxyz0189.-_/~+ '));
  const field = fc.string({ unit: character, minLength: 1, maxLength: 14 });
  const all = fc.record({
    owner: field,
    repository: field,
    environment: field,
    application: field,
    commit: fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: 40, maxLength: 40 }),
  });

  it('is a DNS subdomain and is read back as it was written', () => {
    fc.assert(
      fc.property(all, (fields) => {
        const name = recordName(fields);
        expect(name).toMatch(subdomain);
        expect(parseRecordName(name)).toEqual(fields);
      }),
      { numRuns: 3000 },
    );
  });

  it('reports every field that it cannot carry', () => {
    const found = diagnostics(() =>
      recordName({ owner: 'acme', repository: '', environment: 'größe', application: '\u212A8s', commit }),
    );
    expect(found.map((one) => one.message)).toEqual([
      'the record\'s name cannot carry the source repository ""',
      'the record\'s name cannot carry the environment as reported (reportAs) "größe"',
      'the record\'s name cannot carry the application "\u212A8s"',
    ]);
  });

  it('refuses a short commit', () => {
    const [found] = diagnostics(() =>
      recordName({ owner: 'a', repository: 'b', environment: 'c', application: 'd', commit: '8f3c0e7' }),
    );
    expect(found).toMatchObject({ code: 'record-name', message: 'the source commit "8f3c0e7" is not a full commit' });
  });

  it('says what makes a name too long', () => {
    const fields = {
      owner: 'a'.repeat(39),
      repository: 'b'.repeat(100),
      environment: 'c'.repeat(63),
      application: 'user-service',
      commit,
    };
    const [found] = diagnostics(() => recordName(fields));
    expect(found?.message).toBe("the record's name has 266 characters, 13 too many");
    expect(found?.help?.join(' ')).toContain('owner 39, repository 100, environment 63, application 12');
    expect(found?.help?.join(' ')).toContain('reportAs');
  });
});

describe('parseRecordName', () => {
  it.each([
    'kube-root-ca.crt',
    `waybill.acme.user-service.production.${commit}`,
    `waybill.acme.user-service.production.a.b.${commit}`,
    `waybill.acme.user-service.production.a.9.${commit}`,
    `waybill.acme.user-service.production.xa.${commit}`,
    `waybill.acme.user-service.production.a.${commit.slice(1)}`,
  ])('leaves %s alone', (name) => expect(parseRecordName(name)).toBeUndefined());
});
