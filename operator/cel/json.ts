import { CelMap, type Value } from './values.ts';

/**
 * A value of JSON, from an agent: objects become maps, so that a key like `constructor` or `__proto__` is a key and
 * nothing else; numbers are doubles. Recursive: its bounds on depth were checked before.
 */
export function fromJson(json: unknown): Value {
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return json;
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json !== 'object' || json === null) return null;
  return CelMap.of(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
}
