import { describe, expect, test } from 'vitest';
import { conditionGives } from '../../../test/support/cel.ts';

describe('a string', () => {
  test.each([
    '"a😀b".charAt(1) == "😀" && "abc".charAt(3) == ""',
    '"a😀b".indexOf("b") == 2 && "abcabc".indexOf("b", 2) == 4 && "abc".indexOf("x") == -1',
    '"abc".indexOf("") == 0 && "abc".indexOf("", 99) == 3 && "abc".indexOf("a", 3) == -1',
    '"a😀a".lastIndexOf("a") == 2 && "abcabc".lastIndexOf("b", 3) == 1 && "abc".lastIndexOf("") == 3',
    '"😀😀😀".lastIndexOf("😀", 1) == 1 && "ab".lastIndexOf("abc") == -1 && "abc".lastIndexOf("c", 9) == -1',
    '"a😀b".substring(1) == "😀b" && "a😀b".substring(0, 2) == "a😀" && "abc".substring(3) == ""',
    '"hello hello".replace("he", "we") == "wello wello" && "aaa".replace("a", "b", 2) == "bba"',
    '"aaa".replace("a", "b", 0) == "aaa" && "a.b".replace(".", "$&") == "a$&b"',
    '"a😀".replace("", "-") == "-a-😀-" && "ab".replace("", "-", 2) == "-a-b"',
    '"a,b,c".split(",") == ["a", "b", "c"] && "a,b,c".split(",", 2) == ["a", "b,c"]',
    '"a,b".split(",", 0) == [] && "a,b".split(",", 1) == ["a,b"] && "".split(",") == [""]',
    '"a😀".split("") == ["a", "😀"] && "a😀c".split("", 2) == ["a", "😀c"] && "".split("") == []',
    '["a", "b"].join() == "ab" && ["a", "b"].join(", ") == "a, b" && [].join(",") == ""',
    '"\\u0085\\u3000 \\tx\\u00a0".trim() == "x" && "\\ufeffx".trim() != "x"',
    '"TacoCÄT".lowerAscii() == "tacocÄt" && "tacoäß".upperAscii() == "TACOäß"',
    '"a😀b".reverse() == "b😀a"',
    `strings.quote('a"b\\n\\\\') == '"a\\\\"b\\\\n\\\\\\\\"'`,
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    ['"abc".charAt(4) == ""', 'index out of range: 4'],
    ['"abc".charAt(-1) == ""', 'index out of range: -1'],
    ['"abc".indexOf("a", -1) == 0', 'index out of range: -1'],
    ['"abc".lastIndexOf("a", -2) == 0', 'index out of range: -2'],
    ['"abc".substring(4) == ""', 'index out of range: 4'],
    ['"abc".substring(2, 1) == ""', 'invalid substring range. start: 2, end: 1'],
    ['"abc".substring(0, 4) == ""', 'index out of range: 4'],
    ['words.join() == ""', 'join: invalid input'],
    ['words.trim() == ""', 'trim() does not take list'],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition, { context: { words: ['a', 1] } })).toBe(message);
  });
});

describe('format', () => {
  test.each([
    '"%s is %d years and %s".format(["Ann", 9, true]) == "Ann is 9 years and true"',
    '"%s %s %s %s".format([null, 1.5, 1e6, b"abc"]) == "null 1.5 1e+06 abc"',
    '"%s".format([[dyn(1), dyn(2.5), dyn("a"), dyn(null)]]) == \'[1, 2.500000, "a", null]\'',
    '"%s".format([{"b": dyn(1), "a": dyn({2: "x"})}]) == \'{"a":{2:"x"}, "b":1}\'',
    '"%s %s".format([timestamp("2026-01-01T00:00:00Z"), duration("90m")]) == "2026-01-01T00:00:00Z 5400s"',
    '"%s".format([[duration("90m")]]) == \'[duration("5400s")]\'',
    '"%.2f %f".format([1234567.891, 0.5]) == "1,234,567.89 0.500000"',
    '"%.1f %.0f".format([0.25, 2.5]) == "0.2 2"',
    '"%f %e".format(["NaN", "-Infinity"]) == "NaN     -∞"',
    '"%e".format([12345.678]) == "1.234568×10⁰⁴"',
    '"%b %b %o %x %X".format([5, true, 8, 255, 255]) == "101 1 10 ff FF"',
    '"%x %X".format(["ö", b"\\xab"]) == "c3b6 AB"',
    '"100%% of %s".format(["x"]) == "100% of x"',
    '"%.3d".format([5]) == "5"',
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test.each([
    ['pattern.format([1]) == ""', 'index 1 out of range'],
    ['"%".format([1]) == ""', 'unexpected end of string'],
    ['"%z".format([1]) == ""', 'could not parse formatting clause: unrecognized formatting clause'],
    [
      '"%.f".format([1.5]) == ""',
      'could not parse formatting clause: error while parsing precision: error while converting precision to integer',
    ],
    [
      '"%.5".format([1.5]) == ""',
      'could not parse formatting clause: error while parsing precision: could not find end of precision specifier',
    ],
    [
      '"%d".format([amount]) == ""',
      'error during formatting: decimal clause can only be used on integers, was given double',
    ],
    [
      '"%e".format(["toString"]) == ""',
      'error during formatting: scientific clause can only be used on doubles, was given string',
    ],
    [
      '"%f".format([1]) == ""',
      'error during formatting: fixed-point clause can only be used on doubles, was given int',
    ],
    [
      '"%s".format([ip("::1")]) == ""',
      'error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given net.IP',
    ],
    [
      '"%s".format([b"\\xff"]) == ""',
      'error during formatting: invalid UTF-8 in bytes, cannot convert to string',
    ],
  ])('%s: %s', (condition, message) => {
    expect(conditionGives(condition, { context: { amount: 5, pattern: '%d %d' } })).toBe(message);
  });
});

describe('a pattern', () => {
  test.each([
    `"abc 123".find('[0-9]+') == "123" && "abc".find("x") == ""`,
    `"123 abc 456".findAll('[0-9]+') == ["123", "456"] && "abc".findAll("x") == []`,
    `"1 2 3".findAll('[0-9]', 2) == ["1", "2"] && "1".findAll("1", 0) == [] && "1 2".findAll('[0-9]', -1).size() == 2`,
    `"a😀".findAll("") == ["", "", ""] && "aXb".findAll("X*") == ["", "X", ""]`,
  ])('%s', (condition) => {
    expect(conditionGives(condition)).toBe(true);
  });

  test('stands in the rule', () => {
    expect(conditionGives('"abc".find(word) == ""')).toContain('a pattern stands in the rule');
  });
});
