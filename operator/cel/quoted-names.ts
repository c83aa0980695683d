/**
 * A source in which back-quoted names are replaced, because the package cannot read them; and the names by their
 * offsets.
 */
interface Unquoted {
  readonly source: string;
  readonly names: ReadonlyMap<number, string>;
}

/**
 * Matches texts and comments too, because a back quote in them begins no name. A raw text ends where the package says.
 * A backslash is matched together with what follows it and in no other way: with two ways the time would double with
 * each backslash.
 */
const TOKEN =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|`([\w./ -]+)`/g;

/** Replaces each name in back quotes by as many underscores, so that all offsets stay the same. */
export function withoutBackQuotes(source: string): Unquoted {
  const names = new Map<number, string>();
  const replaced = source.replaceAll(TOKEN, (token: string, name: string | undefined, offset: number) => {
    if (name === undefined) return token;
    names.set(offset, name);
    return '_'.repeat(token.length);
  });
  return { source: replaced, names };
}
