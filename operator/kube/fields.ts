import { dirname } from 'node:path';
import { makeAbsolutePath } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';

/** An object of a YAML file whose fields are read by name. @throws UsageError that says where what is wrong. */
export class Fields {
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly #place: string;

  /** `place` is within the file, e.g. `users[mia].user`; empty at its root. */
  constructor(values: unknown, file: string, place = '') {
    this.file = file;
    this.#place = place;
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new UsageError(`${place === '' ? file : `${file}: ${place}`}: must be an object`);
    }
    this.values = values as Record<string, unknown>;
  }

  /** Undefined where it is absent or empty, as kubectl takes an empty field for none. */
  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.values[name];
    if (typeof value === 'string') return value;
    throw this.wrong(name, 'must be text');
  }

  required(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw this.wrong(name, 'is missing');
    return text;
  }

  flag(name: string): boolean {
    const value = this.values[name] ?? false;
    if (typeof value !== 'boolean') throw this.wrong(name, 'must be true or false');
    return value;
  }

  has(name: string): boolean {
    return ![undefined, null, ''].some((none) => none === this.values[name]);
  }

  part(name: string): Fields {
    return new Fields(this.values[name] ?? {}, this.file, this.#inner(name));
  }

  list(name: string): unknown[] {
    const list = this.values[name] ?? [];
    if (Array.isArray(list)) return list;
    throw this.wrong(name, 'must be a list');
  }

  /** A list of objects; in errors each has the name that it has there. */
  parts(name: string): Fields[] {
    return this.list(name).map((each, index) => {
      const called = (each as { name?: unknown } | null)?.name ?? index;
      return new Fields(each, this.file, `${this.#inner(name)}[${called}]`);
    });
  }

  /** A path that stands in the file. */
  absolute(path: string): string {
    return makeAbsolutePath(dirname(this.file), path);
  }

  wrong(name: string, why: string): UsageError {
    return new UsageError(`${this.file}: ${this.#inner(name)}: ${why}`);
  }

  #inner(name: string): string {
    return this.#place === '' ? name : `${this.#place}.${name}`;
  }
}
