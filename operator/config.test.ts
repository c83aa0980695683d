import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';
import { UsageError } from './errors.ts';
import { usage } from './flags.ts';

const CERTIFICATE = ['--webhook-cert-dir', '/certificate'];

describe('the flags', () => {
  it('need only a certificate to run everything', () => {
    const config = parseConfig(CERTIFICATE);
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
    [['--port', '-1'], '--port'],
    [['--webhook-port', '65536'], "--webhook-port: '65536' is not a whole number from 0 to 65535"],
    [['--slack-port', '3e3'], "--slack-port: '3e3' is not a whole number from 0 to 65535"],
    [['--sweep-seconds', '0'], "--sweep-seconds: '0' is not a whole number from 1 to 86400"],
    [['--roles', ''], '--roles: is empty'],
    [['--kubeconfig', ''], '--kubeconfig: is empty; leave it out for its default'],
    [['--webhook-cert-dir', ''], '--webhook-cert-dir: is empty'],
    [['--namespace', 'Gate'], "--namespace: 'Gate' is no name of Kubernetes"],
    [['--service-account', 'a:b'], "--service-account: 'a:b' is no name of Kubernetes"],
    [['--slack-api-url', 'slack.com/api'], "--slack-api-url: 'slack.com/api' is no URL"],
    [['--roles', 'webhook'], '--webhook-cert-secret or --webhook-cert-dir: one of them is required'],
    [[], '--webhook-cert-secret or --webhook-cert-dir: one of them is required by the role webhook'],
    [
      [...CERTIFICATE, '--webhook-cert-secret', 'a', '--webhook-service', 'b'],
      '--webhook-cert-secret: the certificate is that of --webhook-cert-dir',
    ],
    [['--webhook-cert-secret', 'a'], '--webhook-service: required by --webhook-cert-secret'],
    [[...CERTIFICATE, '--webhook-service', 'a'], '--webhook-service: is for --webhook-cert-secret alone'],
    [['--webhook-cert-secret', 'a/b'], "--webhook-cert-secret: 'a/b' is no name of Kubernetes"],
    [['--webhook-service', 'A'], "--webhook-service: 'A' is no name of Kubernetes"],
    [[...CERTIFICATE, '--webhook-port', '8080'], '--webhook-port: 8080 is that of --port too'],
    [
      [...CERTIFICATE, '--slack-transport', 'http', '--slack-port', '9443'],
      '--slack-port: 9443 is that of --webhook-port too',
    ],
  ])('refuse %j, naming the flag and what it takes', (args, message) => {
    expect(() => parseConfig(args)).toThrow(UsageError);
    expect(() => parseConfig(args)).toThrow(message);
  });

  it('need no certificate without the role webhook, nor other ports for what does not listen', () => {
    expect(
      parseConfig(['--roles', 'controller,slack', '--slack-port', '8080']).webhookCertDir,
    ).toBeUndefined();
    expect(parseConfig([...CERTIFICATE, '--port', '0', '--webhook-port', '0']).port).toBe(0);
    expect(parseConfig(['--help']).help).toBe(true);
  });

  it('are all explained by --help, with their defaults', () => {
    const text = usage();
    for (const flag of ['--roles LIST', '--webhook-cert-dir DIR', '--slack-channel ID', '--help']) {
      expect(text).toContain(flag);
    }
    expect(text).toContain('(default: controller,webhook,slack)');
  });
});
