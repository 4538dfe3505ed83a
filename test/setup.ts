/**
 * Generated cases are the same in every run, so that a change is judged by what it changed; other cases are tried with
 * WAYBILL_TEST_SEED.
 */
import * as fc from 'fast-check';
import { afterAll } from 'vitest';
import { removeRepositories } from './tools/repository.ts';

fc.configureGlobal({ seed: Number(process.env['WAYBILL_TEST_SEED'] ?? 20_261_121) });

afterAll(removeRepositories);
