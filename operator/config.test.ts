import { describe, expect, it } from 'vitest';
import { parseConfig, usage } from './config.ts';
import { UsageError } from './errors.ts';

describe('the flags', () => {
  it('have defaults that run everything', () => {
    const config = parseConfig([]);
    expect([...config.roles]).toEqual(['controller', 'webhook', 'slack']);
    expect(config).toMatchObject({ namespace: 'approvalgate', serviceAccount: 'approvalgate', port: 8080 });
    expect(config).not.toHaveProperty('kubeconfig');
  });

  it.each([
    [['--roles', 'controller,juggler'], "--roles: 'juggler' is not one of controller, webhook, slack"],
    [['--port', '70000'], "--port: '70000' is not a whole number from 0 to 65535"],
    [['--workers', '1e3'], "--workers: '1e3' is not a whole number from 1 to 1024"],
    [['--slack-transport', 'fax'], "--slack-transport: 'fax' is not one of socket, http, off"],
    [['--log-level', 'loud'], "--log-level: 'loud' is not one of"],
    [
      ['--slack-channel', '#approvals'],
      "--slack-channel: '#approvals' is no channel id, such as C0123ABCD45",
    ],
    [['--colour'], '--colour'],
  ])('refuse %j, naming the flag and what it takes', (args, message) => {
    expect(() => parseConfig(args)).toThrow(UsageError);
    expect(() => parseConfig(args)).toThrow(message);
  });

  it('are all explained by --help, with their defaults', () => {
    const text = usage();
    for (const flag of ['--roles LIST', '--webhook-cert-dir DIR', '--slack-channel ID', '--help']) {
      expect(text).toContain(flag);
    }
    expect(text).toContain('(default: controller,webhook,slack)');
  });
});
