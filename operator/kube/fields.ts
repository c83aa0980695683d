import { isAbsolute, join } from 'node:path';
import { UsageError } from '../errors.ts';

interface Place {
  readonly file: string;
  /** Within the file, e.g. `users[mia].user`; empty at its root. */
  readonly path: string;
  /** What relative paths in it are relative to. */
  readonly folder: string;
}

/** An object of a YAML file whose fields are read by name. @throws UsageError that says where what is wrong. */
export class Fields {
  readonly values: Readonly<Record<string, unknown>>;
  readonly #place: Place;

  constructor(values: unknown, place: Place) {
    this.#place = place;
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new UsageError(`${this.path}: must be an object`);
    }
    this.values = values as Record<string, unknown>;
  }

  /** The file, and the place in it. */
  get path(): string {
    const { file, path } = this.#place;
    return path === '' ? file : `${file}: ${path}`;
  }

  /** Undefined where it is absent or empty, as kubectl takes an empty field for none. */
  text(name: string): string | undefined {
    const value = this.values[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw this.wrong(name, 'must be text');
    return value;
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
    const value = this.values[name];
    return value !== undefined && value !== null && value !== '';
  }

  part(name: string): Fields {
    return new Fields(this.values[name] ?? {}, { ...this.#place, path: this.#inner(name) });
  }

  parts(name: string): Fields[] {
    return this.#list(name).map(
      (each, index) => new Fields(each, { ...this.#place, path: `${this.#inner(name)}[${index}]` }),
    );
  }

  texts(name: string): string[] {
    const texts = this.#list(name);
    if (texts.every((each) => typeof each === 'string')) return texts;
    throw this.wrong(name, 'must be a list of texts');
  }

  /** A path that stands in the file. */
  absolute(path: string): string {
    return isAbsolute(path) ? path : join(this.#place.folder, path);
  }

  /** The same, for errors that name it otherwise than by its number. */
  renamed(path: string): Fields {
    return new Fields(this.values, { ...this.#place, path });
  }

  wrong(name: string, why: string): UsageError {
    return new UsageError(`${this.#place.file}: ${this.#inner(name)}: ${why}`);
  }

  #inner(name: string): string {
    return this.#place.path === '' ? name : `${this.#place.path}.${name}`;
  }

  #list(name: string): unknown[] {
    const list = this.values[name] ?? [];
    if (!Array.isArray(list)) throw this.wrong(name, 'must be a list');
    return list;
  }
}
