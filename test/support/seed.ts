import fc from 'fast-check';

/** Of all that is random in tests: the same every time, so that a failure is of the change at hand; another by FUZZ_SEED. */
export const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123);

fc.configureGlobal({ seed: SEED });
