/**
 * What shows nothing or only a blank: controls, formats, blanks, and what a display may leave out.
 * Source: Unicode's general categories and its Default_Ignorable_Code_Point; U+2800 is an empty Braille cell.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\s\u2800]/gu;

/** What is taken away or composed can bring together what folds again, once or twice. */
const ROUNDS = 8;

/**
 * A user's name for comparing people: two names that people would read as one are equal. Compatible forms are made alike
 * (NFKC), what is not seen is taken away, and case is folded both ways, so that ß is SS. Letters of two scripts that look
 * alike stay two. For comparison only: RBAC is asked about the name as it is.
 */
export function folded(name: string): string {
  let result = foldedOnce(name);
  for (let round = 1; round < ROUNDS; round += 1) {
    const next = foldedOnce(result);
    if (next === result) break;
    result = next;
  }
  return result;
}

function foldedOnce(name: string): string {
  return name.replaceAll(INVISIBLE, '').normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

/** Whether a name is written as people see it: nothing in it is invisible, and no blank is around it. */
export function isPlain(name: string): boolean {
  return name === name.trim() && name.replaceAll(' ', '').search(INVISIBLE) < 0;
}

/** Whether two names may be those of one person. Stricter than equality, never looser. */
export function isSamePerson(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

/** Whether a name can be a person's: not empty, and neither a service account's nor another system user's. */
export function isPerson(name: string): boolean {
  const text = folded(name);
  return text !== '' && !text.startsWith('system:');
}
