/** Deployments that go well, in every way that one can. */
import type { Named } from './scenario.ts';

export const deploying: readonly Named[] = [
  {
    name: 'first and second deploy',
    tell(builder) {
      const app = builder.application('web');
      app.compare('r1', ['v1']);
      builder.expect();
      app.start('r1');
      builder.expect('v1 in_progress');
      app.finish('Succeeded').synced('Progressing').reconcile();
      builder.expect();
      app.health('Healthy');
      builder.expect('v1 success');
      app.deployUntilReady('r2', ['v2']);
      builder.expect('v2 in_progress');
      app.health('Healthy');
      builder.expect('v2 success', 'v1 inactive');
    },
  },
  {
    name: 'healthy too early: the operation has succeeded, the old pods still run',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      // Facts of every update: Succeeded, Healthy and OutOfSync, and both times may lie in the same second.
      app.compare('r2', ['v2']).start('r2').finish('Succeeded').reconcile();
      builder.expect('v2 in_progress');
      app.synced('Progressing').health('Healthy');
      builder.expect('v2 success', 'v1 inactive');
    },
  },
  {
    name: 'partial operation: self-heal starts a second one on the same revision',
    tell(builder) {
      const app = builder.application('web').compare('r1', ['v1']).start('r1');
      app.finish('Succeeded').start('r1', { partial: true });
      app.finish('Succeeded', 'successfully synced', []).synced('Progressing').health('Healthy');
      builder.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'first deploy with hooks: Healthy comes before Succeeded',
    tell(builder) {
      const app = builder.application('web').compare('r1', ['v1']).start('r1');
      app.running('waiting for completion of hook batch/Job/migrate').health('Healthy');
      builder.expect('v1 in_progress');
      app.finish('Succeeded').synced('Healthy').reconcile();
      builder.expect('v1 success');
    },
  },
  {
    name: 'suspended: a rollout waits for a person',
    tell(builder) {
      const app = builder.application('web').deployUntilReady('r1', ['v1']).health('Suspended');
      builder.wait(1200);
      builder.expect('v1 in_progress');
      app.health('Healthy');
      builder.expect('v1 success');
    },
  },
  {
    name: 'manual sync: the new version waits',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      builder.expect('v1 queued');
      app.ask('r1').start('r1').finish('Succeeded').synced('Progressing').health('Healthy');
      builder.expect('v1 in_progress', 'v1 success');
      app.compare('r2', ['v2']);
      builder.expect('v2 queued');
      // What runs keeps its success while the next version waits, however long.
      builder.wait(7200);
      app.reconcile().reconcile();
      builder.expect();
      app.ask('r2').start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      builder.expect('v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
  {
    name: 'manual sync: a waiting version is replaced by the next',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      builder.expect('v1 queued', 'v1 in_progress', 'v1 success');
      app.compare('r2', ['v2']).compare('r3', ['v3']);
      builder.expect('v2 queued', 'v3 queued');
      app.ask('r3').start('r3').finish('Succeeded').synced('Healthy');
      // v2 was passed over, v1 is replaced.
      builder.expect('v3 in_progress', 'v3 success', 'v1 inactive', 'v2 inactive');
    },
  },
  {
    name: 'automated sync is switched off: the new version waits',
    tell(builder) {
      const app = builder.application('web', { automated: 'paused' }).compare('r1', ['v1']);
      builder.expect('v1 queued');
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      builder.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'a sync window denies the automated sync, and then allows it',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']).compare('r2', ['v2']);
      builder.expect('v1 in_progress', 'v1 success');
      builder.wait(65);
      builder.expect('v2 queued');
      app.start('r2').finish('Succeeded').synced('Progressing').health('Healthy');
      builder.expect('v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
  {
    name: 'manual sync: healthy and the next version in one event',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']).ask('r1').start('r1');
      app.finish('Succeeded').synced('Progressing').compare('r2', ['v2']).health('Healthy');
      builder.expect('v1 queued', 'v1 in_progress', 'v1 success', 'v2 queued');
    },
  },
  {
    name: 'dry run of a sync that waits',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']);
      builder.expect('v1 queued');
      app.ask('r1').start('r1', { dryRun: true }).finish('Succeeded', 'successfully synced (dry run)').reconcile();
      builder.expect();
      app.ask('r1').start('r1').finish('Succeeded').synced('Healthy');
      builder.expect('v1 in_progress', 'v1 success');
    },
  },
  {
    name: 'rapid pushes: compares run ahead of operations',
    tell(builder) {
      const app = builder.application('web').deploy('r1', ['v1']);
      builder.expect('v1 in_progress', 'v1 success');
      app.compare('r2', ['v2'], 'OutOfSync').start('r2');
      builder.expect('v2 in_progress');
      app.compare('r3', ['v3'], 'OutOfSync').finish('Succeeded', 'successfully synced', ['v2']);
      builder.expect();
      app.start('r3');
      builder.expect('v3 in_progress');
      app.finish('Succeeded').synced('Progressing').health('Healthy');
      // v2 was passed over, v1 is replaced.
      builder.expect('v3 success', 'v1 inactive', 'v2 inactive');
    },
  },
  {
    name: 'two sources',
    tell(builder) {
      builder.application('web', { multiSource: true }).deploy('r1', ['v1']).deploy('r2', ['v2']);
      builder.expect('v1 in_progress', 'v1 success', 'v2 in_progress', 'v2 success', 'v1 inactive');
    },
  },
  {
    name: 'manual sync: a version that waited is passed over',
    tell(builder) {
      const app = builder
        .application('web', { automated: false })
        .compare('r1', ['v1'])
        .ask('r1')
        .start('r1')
        .finish('Succeeded')
        .synced('Healthy');
      app.compare('r2', ['v2']).compare('r3', ['v3']).ask('r3').start('r3').finish('Succeeded').synced('Healthy');
      builder.expect(
        'v1 queued',
        'v1 in_progress',
        'v1 success',
        'v2 queued',
        'v3 queued',
        'v3 in_progress',
        'v3 success',
        'v1 inactive',
        'v2 inactive',
      );
    },
  },
  {
    name: 'manual sync: failed and the next version in one event',
    tell(builder) {
      const app = builder.application('web', { automated: false }).compare('r1', ['v1']).ask('r1').start('r1');
      app.together(() => {
        app.finish('Failed', 'invalid', ['v1']).compare('r2', ['v2'], 'OutOfSync');
      });
      builder.wait(70);
      builder.expect('v1 queued', 'v1 in_progress', 'v1 failure', 'v2 queued');
    },
  },
  {
    name: 'prune is off: three versions, each with a renamed resource',
    tell(builder) {
      builder.application('web', { prune: false }).deploy('r1', ['v1']).deploy('r2', ['v2']).deploy('r3', ['v3']);
      builder.expect(
        'v1 in_progress',
        'v1 success',
        'v2 in_progress',
        'v2 success',
        'v1 inactive',
        'v3 in_progress',
        'v3 success',
        'v2 inactive',
      );
    },
  },
  {
    name: 'prune is off, manual sync',
    tell(builder) {
      const app = builder
        .application('web', { prune: false, automated: false })
        .compare('r1', ['v1'])
        .ask('r1')
        .start('r1')
        .finish('Succeeded')
        .synced('Healthy');
      app.compare('r2', ['v2']).ask('r2').start('r2').finish('Succeeded').synced('Healthy');
      builder.expect(
        'v1 queued',
        'v1 in_progress',
        'v1 success',
        'v2 queued',
        'v2 in_progress',
        'v2 success',
        'v1 inactive',
      );
      app.compare('r3', ['v3']);
      builder.expect('v3 queued');
    },
  },
];
