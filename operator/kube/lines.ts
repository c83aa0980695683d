import { StringDecoder } from 'node:string_decoder';

/** Longest line of a watch: an object of the API server's own limit of 3 MiB, escaped, fits. */
const LINE_LIMIT = 16 * 1024 * 1024;

/**
 * Parses a stream of JSON objects, one a line, however its bytes are cut.
 * @throws SyntaxError on a line that is no JSON object, or longer than 16 Mi characters.
 */
export async function* jsonLines<T>(stream: AsyncIterable<Buffer>): AsyncGenerator<T> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    checkRest(rest);
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
  }
}

/** A page instead of events may never end its line. @throws SyntaxError */
function checkRest(rest: string): void {
  if (rest !== '' && rest[0] !== '{') throw new SyntaxError('the watch sent what is no JSON object');
  if (rest.length > LINE_LIMIT) throw new SyntaxError('a line of the watch is too long');
}
