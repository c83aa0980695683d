import { LIFETIMES } from '../../operator/certificates/lifetimes.ts';

/** Loaded before the operator: what its certificates wait for then takes as long as CERTIFICATE_LIFETIMES says (JSON, ms). */
Object.assign(LIFETIMES, JSON.parse(process.env['CERTIFICATE_LIFETIMES'] ?? '{}'));
