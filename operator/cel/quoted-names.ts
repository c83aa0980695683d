/** A source with its back-quoted names replaced, which the package cannot read, and what they are by their offsets. */
interface Unquoted {
  readonly source: string;
  readonly names: ReadonlyMap<number, string>;
}

/**
 * What may hold a back quote that is none; a raw text ends where the package says. A backslash is taken with what follows
 * it and in no other way: two ways would take a time that doubles with each backslash.
 */
const TOKEN =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|`([\w./ -]+)`/g;

/** Each name in back quotes becomes one of underscores, as long, so that every place stays where it is. */
export function withoutBackQuotes(source: string): Unquoted {
  const names = new Map<number, string>();
  const replaced = source.replaceAll(TOKEN, (token: string, name: string | undefined, offset: number) => {
    if (name === undefined) return token;
    names.set(offset, name);
    return '_'.repeat(token.length);
  });
  return { source: replaced, names };
}
