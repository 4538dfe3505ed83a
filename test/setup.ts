/**
 * Generated cases are the same in every run, so that a change is judged by what it changed; other cases are tried with
 * WAYBILL_TEST_SEED.
 */
import * as fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['WAYBILL_TEST_SEED'] ?? 20_261_121) });
