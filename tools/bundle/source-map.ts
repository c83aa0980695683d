import { relative, resolve } from 'node:path';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

interface Places {
  /** Where the map lies. */
  readonly folder: string;
  /** What its sources are named from. */
  readonly repository: string;
}

interface SourceMapJson {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/**
 * Leaves only our own sources in a source map, named from the repository's root. Those of libraries are nine tenths of a
 * map, which is held in memory whole once the first stack was looked at.
 */
export function withOwnSources(text: string, { folder, repository }: Places): string {
  const map = JSON.parse(text) as SourceMapJson;
  const names = map.sources.map((source) => relative(repository, resolve(folder, source)));
  const sources = names.filter((name) => !name.includes('node_modules/'));
  const newIndex = names.map((name) => sources.indexOf(name));
  let inOwn = false;
  const lines = decode(map.mappings).map((line) =>
    line.flatMap((segment): SourceMapSegment[] => {
      const kept = keptSegment(segment, newIndex);
      const wasInOwn = inOwn;
      inOwn = kept.length > 1;
      // A segment without a source ends the one before it.
      return inOwn || wasInOwn ? [kept] : [];
    }),
  );
  return JSON.stringify({ version: 3, sourceRoot: '../', sources, names: [], mappings: encode(lines) });
}

function keptSegment(segment: SourceMapSegment, newIndex: readonly number[]): SourceMapSegment {
  const [column, source, line = 0, sourceColumn = 0] = segment;
  const index = source === undefined ? -1 : (newIndex[source] ?? -1);
  return index === -1 ? [column] : [column, index, line, sourceColumn];
}
