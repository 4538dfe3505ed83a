import { expect, it } from 'vitest';
import { mergeScopes } from './scopes.ts';

it.each<[string[], string[]]>([
  [['repository:a/b:pull'], ['repository:a/b:pull']],
  [['repository:web:metadata_read', 'repository:web:pull'], ['repository:web:metadata_read,pull']],
  [['repository:web:pull,push', 'repository:web:pull'], ['repository:web:pull,push']],
  [['repository:b:pull repository:a:pull'], ['repository:a:pull', 'repository:b:pull']],
  [['repository:host:5000/a:pull'], ['repository:host:5000/a:pull']],
  [['aws', 'aws'], ['aws']],
  [['registry:catalog:*', ''], ['registry:catalog:*']],
])('%j', (scopes, expected) => expect(mergeScopes(scopes)).toEqual(expected));
