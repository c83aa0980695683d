/** Built-ins that are replaced, because an engine's own cannot be overridden: by RE2, strict dates, ASCII case. */
const REPLACED: ReadonlyMap<string, string> = new Map([
  ['matches', 'matchesRe2'],
  ['timestamp', 'strictTimestamp'],
  ['lowerAscii', 'asciiLower'],
  ['upperAscii', 'asciiUpper'],
]);

const OWN = new Set(REPLACED.values());

/** What the engine calls the function that a rule calls `name`. */
export function engineName(name: string): string {
  return REPLACED.get(name) ?? name;
}

/** Whether a function is there for the engine alone: called by its own name it would pass by the checks. */
export function isEngineName(name: string): boolean {
  return OWN.has(name);
}

/** A text of the engine with the names that authors know. */
export function inPublicNames(text: string): string {
  return [...REPLACED].reduce((shown, [name, own]) => shown.replaceAll(own, name), text);
}
