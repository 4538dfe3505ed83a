/**
 * `waybill schema [NAME]`: the JSON Schemas of the files that Waybill reads and writes, for editors and validators.
 */
import { Argument } from '@commander-js/extra-typings';
import { type Define, newCommand } from '../command.ts';

const schemas = {
  config: () => import('../../schemas/config.schema.json', { with: { type: 'json' } }),
  lock: () => import('../../schemas/lock.schema.json', { with: { type: 'json' } }),
  record: () => import('../../schemas/record.schema.json', { with: { type: 'json' } }),
  policy: () => import('../../schemas/policy.schema.json', { with: { type: 'json' } }),
  registries: () => import('../../schemas/registries.schema.json', { with: { type: 'json' } }),
  handback: () => import('../../schemas/handback.schema.json', { with: { type: 'json' } }),
  notifications: () => import('../../schemas/notifications.schema.json', { with: { type: 'json' } }),
  event: () => import('../../schemas/event.schema.json', { with: { type: 'json' } }),
  fleet: () => import('../../schemas/fleet.schema.json', { with: { type: 'json' } }),
};

type Name = keyof typeof schemas;

const names = Object.keys(schemas).filter((name): name is Name => Object.hasOwn(schemas, name));

export const define: Define = (session) =>
  newCommand('schema', ['waybill schema config > waybill.schema.json'])
    .description('Print the JSON Schema (draft 2020-12) of a file that Waybill reads or writes.')
    .addArgument(new Argument('[name]', 'the file; without it, the names are listed').choices(names))
    .action(async (name) => {
      if (name === undefined) session.print(names.map((one) => `${one}\n`).join(''));
      else session.print(`${JSON.stringify((await schemas[name]()).default, null, 2)}\n`);
      session.finish();
    });
