import { join } from 'node:path';
import { type Crd, readCrds, type Schema } from '../../tools/generate/crds.ts';
import { type Limits, limitsOf } from '../../tools/generate/limits.ts';

/** Every bound and default other than it is, and none looser; the least that a value needs to be of any use stays. */
const TIGHTER = 0.6;

const TIGHTENED = new Set(['maxLength', 'maxItems', 'maximum', 'default']);

/** The CRDs with tighter bounds: what knows a bound from elsewhere than the schema breaks them. */
export async function tightCrds(): Promise<Crd[]> {
  const crds = await readCrds(join(import.meta.dirname, '..', '..', 'crds'));
  return crds.map((crd) => ({ ...crd, schema: tightened(crd.schema) as Schema }));
}

export async function tightLimits(): Promise<Limits> {
  return limitsOf(await tightCrds());
}

function tightened(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && TIGHTENED.has(key)) return Math.ceil(value * TIGHTER);
  if (Array.isArray(value)) return value.map((each) => tightened(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, tightened(each, name)]));
}
