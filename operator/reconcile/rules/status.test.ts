import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { settle } from '../../../test/support/eventually.ts';
import { ManualTimers } from '../../../test/support/manual-timers.ts';
import { ApiError } from '../../kube/api-error.ts';
import type { AnyRule } from '../../model/references.ts';
import type { CompiledRule } from '../../rules/compile.ts';
import { RuleStatusWriter } from './status.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const LONG_MS = 600_000;
const COMPILED: CompiledRule = { ok: true };

const rule = (resourceVersion: string, name = 'small'): AnyRule => ({
  apiVersion: 'approvalgate.dev/v1alpha1',
  kind: 'CheckpointRule',
  metadata: { name, namespace: 'shop', uid: 'u', resourceVersion, generation: 1 },
  spec: { actions: ['*'], decision: 'AutoDeny' },
});

const failing = (status: number) => new ApiError({ status, message: 'no' });

/** Rules whose status writes fail as scripted and then succeed. */
function rulesWith(...failures: Error[]) {
  const timers = new ManualTimers();
  const written: string[] = [];
  const patchStatus = vi.fn((_, { metadata }: Pick<AnyRule, 'metadata'>, status: object) => {
    const error = failures.shift();
    if (error) return Promise.reject(error);
    written.push(`${metadata.name}@${metadata.resourceVersion} ${JSON.stringify(status)}`);
    return Promise.resolve({});
  });
  const rules = new RuleStatusWriter({
    client: { patchStatus: patchStatus as never },
    log: pino({ level: 'silent' }),
    now: () => NOW,
    timers,
  });
  rules.start();
  onTestFinished(() => rules.stop());
  return { rules, timers, written, attempts: () => patchStatus.mock.calls.length };
}

describe('the status of a rule', () => {
  it('is written again, later each time, until the API server takes it', async () => {
    const { rules, timers, written, attempts } = rulesWith(failing(503), failing(0));
    rules.put(rule('7'), COMPILED);
    const waits: number[] = [];
    for (let failures = 1; failures <= 2; failures += 1) {
      await settle();
      expect(attempts()).toBe(failures);
      waits.push(timers.next ?? 0);
      timers.advance(timers.next ?? 0);
    }
    await settle();
    expect(written).toEqual([expect.stringContaining('small@7')]);
    expect(written[0]).toContain('"type":"Ready","status":"True"');
    expect(waits[0]).toBeGreaterThan(0);
    expect(waits[1]).toBeGreaterThanOrEqual(waits[0] ?? 0);
    timers.advance(LONG_MS);
    await settle();
    expect(attempts()).toBe(3);
  });

  it('of a version that was replaced is not written any more', async () => {
    const { rules, timers, written } = rulesWith(failing(503));
    rules.put(rule('7'), COMPILED);
    await settle();
    rules.put(rule('8'), COMPILED);
    await settle();
    timers.advance(LONG_MS);
    await settle();
    expect(written).toEqual([expect.stringContaining('small@8')]);
  });

  it.each([
    ['after a conflict, as a newer version is on its way', 409],
    ['of what is gone', 404],
    ['that the schema refuses', 422],
  ])('is not tried again %s', async (_, status) => {
    const { rules, timers, attempts } = rulesWith(failing(status));
    rules.put(rule('7'), COMPILED);
    await settle();
    timers.advance(LONG_MS);
    await settle();
    expect(attempts()).toBe(1);
  });

  it.each([
    ['the rule is removed', (rules: RuleStatusWriter) => rules.remove(rule('7'))],
    ['the operator stops', (rules: RuleStatusWriter) => void rules.stop()],
  ])('is given up when %s', async (_, end) => {
    const { rules, timers, attempts } = rulesWith(failing(503), failing(503));
    rules.put(rule('7'), COMPILED);
    await settle();
    end(rules);
    timers.advance(LONG_MS);
    await settle();
    expect(attempts()).toBe(1);
  });
});
