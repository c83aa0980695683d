import { describe, expect, test } from 'vitest';
import { conditionGives } from '../../../test/support/cel.ts';

/** What would fill the memory, or take seconds, were it made before it is paid for. */
describe('what a function makes', () => {
  const context = {
    text: 'a'.repeat(100_000),
    words: new Array<string>(1000).fill('word'.repeat(25)),
    numbers: Array.from({ length: 1000 }, (_, index) => index),
    query: `https://example.com/?${'a=b&'.repeat(20_000)}`,
  };

  test.each([
    'lists.range(9223372036854775807).size() > 0',
    'text.replace("", text).size() > 0',
    'text.replace("a", text).size() > 0',
    'words.map(w, words.join(text)).size() > 0',
    'text.split("").size() > 0',
    'text.indexOf("b" + text.substring(0, 50000)) == 0',
    'text.lastIndexOf(text.substring(0, 50000) + "b") == 0',
    '[words, words].map(w, w.join(text)).size() > 0',
    '"%s%s%s".format([words.map(w, words), words, words]) == ""',
    '"%.1000e".format([1.5]).replace("", text) == ""',
    '[numbers, numbers, numbers, numbers].map(n, n.map(m, numbers)).flatten().size() > 0',
    'numbers.distinct().size() > 0',
    'sets.equivalent(numbers, numbers)',
    'numbers.map(n, numbers.sortBy(m, -m)).size() > 0',
    'numbers.map(n, numbers.reverse()).size() > 0',
    'numbers.map(n, numbers.sum()).size() > 0',
    "text.findAll('a').size() > 0",
    "text.find('(a|b)*c') == ''",
    'quantity("1e1000000000").add(quantity("1n")).isInteger()',
    'url(query).getQuery().size() > 0',
  ])('%s', (condition) => {
    const spent = 'costs more than the 20,000 units that one rule may cost';
    expect(conditionGives(condition, { context }, 20_000)).toBe(spent);
  });
});
