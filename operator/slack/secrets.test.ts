import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { secretsFromEnvironment, secretsFromFolder } from './secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slack-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a folder without files has no secrets', () => {
  const secrets = secretsFromFolder(folder);
  expect([secrets.botToken(), secrets.appToken(), secrets.signingSecrets()]).toEqual([
    undefined,
    undefined,
    [],
  ]);
});

it('a token that is written anew is taken without a restart', () => {
  const secrets = secretsFromFolder(folder);
  writeFileSync(join(folder, 'bot-token'), 'xoxb-old\n');
  expect(secrets.botToken()).toBe('xoxb-old');
  writeFileSync(join(folder, 'bot-token'), 'xoxb-newer\n');
  expect(secrets.botToken()).toBe('xoxb-newer');
  rmSync(join(folder, 'bot-token'));
  expect(secrets.botToken()).toBeUndefined();
});

it('two signing secrets, a line each, count while one replaces the other', () => {
  writeFileSync(join(folder, 'signing-secret'), ' new \n\nold\n');
  expect(secretsFromFolder(folder).signingSecrets()).toEqual(['new', 'old']);
  expect(secretsFromEnvironment({ SLACK_SIGNING_SECRET: 'new\nold' }).signingSecrets()).toEqual([
    'new',
    'old',
  ]);
});

it('an empty variable is not set', () => {
  const secrets = secretsFromEnvironment({ SLACK_BOT_TOKEN: '', SLACK_SIGNING_SECRET: ' ' });
  expect([secrets.botToken(), secrets.signingSecrets()]).toEqual([undefined, []]);
});
