import { SCHEMA } from '../../../crds/limits.ts';

/** The longest field that a reference has. */
const { maxLength: LONGEST } = SCHEMA.CheckpointReview.spec.checkpoint.name;

/** What a button or a modal says it is about. A claim: everything in it is checked against the object. */
export interface Reference {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Where a modal was opened from, besides what it is about. */
export interface ModalReference extends Reference {
  readonly channel: string;
  readonly messageID: string;
}

export function encode(reference: Reference | ModalReference): string {
  return JSON.stringify(reference);
}

/** Undefined for whatever is not one of ours. */
export function decodeReference(text: string | undefined): Reference | undefined {
  const parsed = parse(text);
  return hasStrings(parsed, ['namespace', 'name', 'uid']) ? (parsed as unknown as Reference) : undefined;
}

export function decodeModalReference(text: string | undefined): ModalReference | undefined {
  const parsed = parse(text);
  const keys = ['namespace', 'name', 'uid', 'channel', 'messageID'];
  return hasStrings(parsed, keys) ? (parsed as unknown as ModalReference) : undefined;
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function hasStrings(value: Record<string, unknown>, keys: readonly string[]): boolean {
  return keys.every((key) => {
    const field = value[key];
    return typeof field === 'string' && field.length > 0 && field.length <= LONGEST;
  });
}
