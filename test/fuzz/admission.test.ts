import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextProblems } from '../../operator/model/context-bounds.ts';
import { type AdmissionResponse, MalformedReview, parseReview, reviewOf } from '../../webhook/admission.ts';
import { mutator, validator } from '../../webhook/handlers.ts';
import { deep, nastyJson, nastyText } from '../support/nasty.ts';

const CASES = 15_000;
const mutate = mutator({
  getCheckpoint: () => Promise.resolve(undefined),
  operatorUsername: 'system:serviceaccount:approvalgate:approvalgate',
  now: () => new Date(0),
});
const validate = validator();

const kind = fc.constantFrom(
  'Checkpoint',
  'CheckpointReview',
  'CheckpointRule',
  'ClusterCheckpointRule',
  'Secret',
);
const spec = fc.oneof(
  nastyJson,
  fc.record(
    {
      action: nastyText,
      agent: fc.oneof(nastyText, nastyJson),
      context: nastyJson,
      requester: nastyJson,
      checkpoint: fc.oneof(nastyJson, fc.record({ name: nastyText, uid: nastyText })),
      verdict: nastyText,
      reviewer: nastyJson,
      via: nastyJson,
      actions: fc.oneof(nastyJson, fc.array(nastyText, { maxLength: 3 })),
      condition: fc.oneof(nastyText, nastyJson),
      message: fc.oneof(nastyText, nastyJson),
    },
    { requiredKeys: [] },
  ),
);
const request = fc.record({
  uid: fc.constant('u-1'),
  operation: fc.constantFrom('CREATE', 'UPDATE', 'DELETE'),
  kind: kind.map((name) => ({ kind: name })),
  namespace: nastyText,
  userInfo: fc.record({ username: nastyText, uid: nastyText, groups: fc.array(nastyText, { maxLength: 3 }) }),
  object: fc.oneof(
    nastyJson,
    spec.map((value) => ({ metadata: { name: 'x' }, spec: value })),
  ),
});

/** What the API server would be told, or that the sender is no API server. */
async function answerTo(body: unknown): Promise<AdmissionResponse[] | 'malformed'> {
  try {
    const parsed = parseReview(body);
    return [await mutate(parsed), await validate(parsed)];
  } catch (error) {
    if (error instanceof MalformedReview) return 'malformed';
    throw error;
  }
}

describe('admission', () => {
  it('answers anything that is JSON, in words or by refusing the sender', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(nastyJson, fc.record({ request: nastyJson })), async (body) => {
        const answers = await answerTo(body);
        if (answers !== 'malformed')
          for (const answer of answers) expect(reviewOf('u', answer)).toBeDefined();
      }),
      { numRuns: CASES },
    );
  });

  it('lets no context in that is out of bounds, and stamps whoever asks', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const answers = await answerTo({ request: asked });
        if (answers === 'malformed') {
          expect(asked.userInfo.username).toBe('');
          return;
        }
        expectWords(answers);
        const [stamped] = answers;
        if (asked.operation !== 'CREATE' || asked.kind.kind !== 'Checkpoint' || !stamped?.allowed) return;
        const { spec: given } = asked.object as { spec: { context?: unknown } };
        expect(contextProblems(given.context)).toEqual([]);
        const requester = stamped.patch?.find(({ path }) => path === '/spec/requester')?.value;
        expect(requester).toMatchObject({ username: asked.userInfo.username });
      }),
      { numRuns: CASES },
    );
  });

  it('refuses a review of what is not there, whatever it claims', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const answers = await answerTo({
          request: { ...asked, operation: 'CREATE', kind: { kind: 'CheckpointReview' } },
        });
        if (answers !== 'malformed') expect(answers[0]?.allowed).toBe(false);
      }),
      { numRuns: CASES / 5 },
    );
  });

  it.each([
    ['objects', deep(5000)],
    ['lists', deep(5000, '[', ']')],
  ])('refuses %s 5,000 deep in words', async (_, context) => {
    const body = {
      uid: 'u',
      operation: 'CREATE',
      kind: { kind: 'Checkpoint' },
      userInfo: { username: 'mia' },
      object: { spec: { action: 'a', context: { context } } },
    };
    const answers = await answerTo({ request: body });
    expect(answers).toMatchObject([{ allowed: false }, { allowed: false }]);
  });
});

function expectWords(answers: readonly AdmissionResponse[]): void {
  for (const answer of answers) {
    if (answer.allowed) continue;
    expect(answer.message).not.toBe('');
    expect(answer.message.length).toBeLessThan(10_000);
    expect(answer.message.isWellFormed()).toBe(true);
  }
}
