import { beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointRule, ClusterCheckpointRule, RuleSpec } from '../../../crds/types.ts';
import { RuleRegistry } from '../../rules/registry.ts';
import { mayConcern, RuleResults } from './results.ts';

let registry: RuleRegistry;
let results: RuleResults;
let askedSince: (number | undefined)[];

beforeEach(() => {
  registry = new RuleRegistry();
  askedSince = [];
  results = new RuleResults(
    {
      get version() {
        return registry.version;
      },
      evaluate: (input, since) => {
        askedSince.push(since);
        return registry.evaluate(input, since);
      },
    },
    () => [],
  );
});

const checkpoint = (status: Checkpoint['status'] = {}): Checkpoint => ({
  metadata: { name: 'c', namespace: 'shop', uid: 'u', creationTimestamp: '2026-11-02T10:00:00Z' },
  spec: { action: 'process_refund', context: { amount: 12 }, requester: { username: 'bot' } },
  status,
});
const ASKED = checkpoint({ requirements: [{ minApprovals: 1 }] });

const rule = (name: string, decision: RuleSpec['decision'], condition = 'amount > 0'): CheckpointRule => ({
  metadata: { name, namespace: 'shop', generation: 1 },
  spec: { actions: ['*'], decision, condition },
});

const namesOf = (of: Checkpoint, labels = {}) => results.of(of, labels).map(({ ruleRef }) => ruleRef.name);

describe('what the rules say of a checkpoint', () => {
  it('is what all of them say, in every pass until people are asked', () => {
    registry.set(rule('deny', 'AutoDeny', 'namespaceLabels["tier"] == "gold"'));
    registry.set(rule('allow', 'AutoApprove'));
    expect(namesOf(checkpoint(), { tier: 'silver' })).toEqual(['allow']);
    expect(namesOf(checkpoint(), { tier: 'gold' })).toEqual(['allow', 'deny']);
  });

  it('is looked at again once people are asked only for rules that came later, each once', () => {
    registry.set(rule('ask', 'RequireApproval'));
    registry.set(rule('harmless', 'AutoDeny', 'amount > 50'));
    expect(namesOf(checkpoint())).toEqual(['ask']);
    expect(namesOf(ASKED)).toEqual([]);
    registry.set(rule('another', 'AutoDeny', 'amount > 60'));
    expect(namesOf(ASKED)).toEqual([]);
    expect(namesOf(ASKED)).toEqual([]);
    expect(askedSince).toEqual([undefined, 2, 2, 3]);
  });

  it('names a rule that stops it in every pass until the decision stands, and none once that rule is gone', () => {
    namesOf(checkpoint());
    registry.set(rule('deny', 'AutoDeny'));
    expect(namesOf(ASKED)).toEqual(['deny']);
    expect(namesOf(ASKED)).toEqual(['deny']);
    registry.remove(rule('deny', 'AutoDeny'));
    expect(namesOf(ASKED)).toEqual([]);
  });

  it('asks all that could stop it after a restart, and for another object of the same name', () => {
    registry.set(rule('deny', 'AutoDeny'));
    expect(namesOf(ASKED)).toEqual(['deny']);
    namesOf(checkpoint());
    results.forget(checkpoint());
    expect(namesOf(ASKED)).toEqual(['deny']);
  });

  it('is not put off by rules that keep changing: every pass has its answer', () => {
    for (let generation = 1; generation <= 100; generation += 1) {
      registry.set({
        ...rule('busy', 'AutoDeny', 'amount > 50'),
        metadata: { name: 'busy', namespace: 'shop', generation },
      });
      expect(namesOf(ASKED)).toEqual([]);
    }
  });
});

describe('what a pass is told of the rules', () => {
  beforeEach(() => registry.set(rule('gold', 'AutoDeny', 'namespaceLabels["tier"] == "gold"')));

  const facts = (state: 'Fresh' | 'Unlisted', known?: Record<string, string>) => {
    const freshness = state === 'Fresh' ? { state } : { state, since: new Date(0) };
    const namespace = known && { metadata: { name: 'shop', labels: known } };
    return results.facts(
      checkpoint(),
      { labels: { tier: 'gold' } },
      { of: () => freshness, known: () => namespace },
    );
  };

  it('is nothing until all are listed', () => {
    expect(facts('Unlisted')).toEqual({
      ruleResults: [],
      freshness: { state: 'Unlisted', since: new Date(0) },
    });
  });

  it('is judged by the labels that were confirmed, not by those that the pass began with', () => {
    expect(facts('Fresh').ruleResults).toMatchObject([{ result: 'Matched' }]);
    expect(facts('Fresh', { tier: 'silver' }).ruleResults).toEqual([]);
  });
});

describe('a rule that changes', () => {
  const decided = checkpoint({
    decision: {
      outcome: 'Denied',
      reason: 'PersonDenied',
      decisionTime: '2026-11-02T10:00:00Z',
      decidedBy: { type: 'Person', name: 'mia' },
      checkpointUID: 'u',
    },
  });
  const elsewhere: CheckpointRule = {
    ...rule('deny', 'AutoDeny'),
    metadata: { name: 'deny', namespace: 'bank' },
  };
  const selecting = (tier: string): ClusterCheckpointRule => ({
    metadata: { name: 'deny' },
    spec: { actions: ['*'], decision: 'AutoDeny', namespaceSelector: { matchLabels: { tier } } },
  });

  it.each([
    ['what no rule was asked about', rule('allow', 'AutoApprove'), checkpoint(), true],
    ['what people are asked about, where it could stop it', rule('deny', 'AutoDeny'), ASKED, true],
    ['not what people are asked about, where it could not', rule('allow', 'AutoApprove'), ASKED, false],
    ['nothing that is decided', rule('deny', 'AutoDeny'), decided, false],
    ['nothing of another namespace', elsewhere, checkpoint(), false],
    ['what its selector selects', selecting('gold'), ASKED, true],
    ['nothing else', selecting('silver'), ASKED, false],
  ])('concerns %s', (_, changed, of, concerns) => {
    expect(mayConcern(changed, of, () => ({ tier: 'gold' }))).toBe(concerns);
  });
});
