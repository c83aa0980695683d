import fc from 'fast-check';

/** What has broken programs before: names of prototypes, invisible and reordering characters, markup, limits. */
const NASTY = [
  ...[
    '',
    ' ',
    '\0',
    '\u0007',
    '\t\r\n',
    '\u202e\u2066',
    '\u200b\u200d\ufeff',
    '\ud800',
    '\udfff',
    '\u{10ffff}',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'length'],
  ...[
    '<!channel>',
    '<@U0MIA00001>',
    '<https://evil.example|Approve>',
    '&lt;',
    '*bold*',
    '`',
    '```',
    ':tada:',
  ],
  ...['true', 'null', 'NaN', '-0', '1e400', '9007199254740993', '0x10', '٣', 'İ', 'ß', 'ﷺ', 'Ω≈ç√'],
  ...[
    "' || true || '",
    '"}]}',
    '\\',
    '\\u0000',

    '{{7*7}}',
    '%s%n',
    '../../etc/passwd',
    'a'.repeat(3000),
  ],
] as const;

export const nastyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(...NASTY), { maxLength: 3 }).map((parts) => parts.join('')),
);

const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(2 ** 53, -(2 ** 53), 1e308, -0, 0.1));

/** Any JSON, with keys and texts as nasty as it gets; NaN and infinities become null on the way, as they would. */
export const nastyJson: fc.Arbitrary<unknown> = fc
  .letrec<{ value: unknown; object: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(nastyText, number, fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc
      .array(fc.tuple(nastyText, tie('value')), { maxLength: 5 })
      // As JSON.parse does it: a key `__proto__` is a key and sets no prototype.
      .map((entries) => Object.fromEntries(entries)),
  }))
  .value.map((value) => JSON.parse(JSON.stringify(value)) as unknown);

/** `{"a":{"a":…}}` or `[[…]]`, deeper than any stack. */
export function deep(depth: number, open = '{"a":', close = '}'): unknown {
  return JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`) as unknown;
}
