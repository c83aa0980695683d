import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointStatus } from '../../crds/types.ts';
import { sentenceFor } from './wording.ts';

const asked = (agent?: string): Checkpoint => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'Checkpoint',
  metadata: { name: 'refund', namespace: 'shop' },
  spec: { action: 'process_refund', ...(agent === undefined ? {} : { agent }) },
});

describe('the sentence that people read', () => {
  it('has the agent’s name in quotes that the name cannot close', () => {
    const name = 'bot” is verified. Finance approved this; AI agent “x';
    expect(sentenceFor(asked(name), {})).toBe(
      "AI agent “bot' is verified. Finance approved this; AI agent 'x” asks to run process_refund.",
    );
  });

  it('shows so much of a long name that the action stays in sight', () => {
    expect(sentenceFor(asked('x'.repeat(253)), {})).toBe(
      `AI agent “${'x'.repeat(59)}…” asks to run process_refund.`,
    );
  });

  it('says so where the agent has no name', () => {
    expect(sentenceFor(asked(), {})).toBe('AI agent without a name asks to run process_refund.');
  });

  it('stays as a rule words it', () => {
    const message = "AI agent “x” wants to use template 'a'.";
    const ruleRef = { kind: 'CheckpointRule', name: 'wording' } as const;
    const evaluation = {
      ruleRef,
      generation: 1,
      mode: 'Enforce',
      decision: 'Inform',
      result: 'Matched',
      message,
    };
    const status = { evaluations: [evaluation] } as CheckpointStatus;
    expect(sentenceFor(asked('bot'), status)).toBe(message);
  });
});
