import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('a secret that cannot be read for a moment', () => {
  it.each([
    ['a directory', (path: string) => mkdirSync(path), 'EISDIR'],
    ['a disk that fails', (path: string) => symlinkSync('/proc/self/mem', path), 'EIO'],
    ['a loop of links', (path: string) => symlinkSync(path, path), 'ELOOP'],
  ])('keeps its last text (%s), says so once, and is taken again', (_, spoil, cause) => {
    const said: unknown[] = [];
    const secrets = secretsFromFolder(folder, { warn: (detail: unknown) => void said.push(detail) });
    const path = join(folder, 'app-token');
    writeFileSync(path, 'xapp-1\n');
    expect(secrets.appToken()).toBe('xapp-1');
    rmSync(path);
    spoil(path);
    expect([secrets.appToken(), secrets.appToken()]).toEqual(['xapp-1', 'xapp-1']);
    expect(secrets.problems()).toEqual([expect.stringContaining(`${path} cannot be read (${cause}`)]);
    expect(said).toHaveLength(1);
    rmSync(path, { recursive: true });
    writeFileSync(path, 'xapp-2\n');
    expect([secrets.appToken(), secrets.problems()]).toEqual(['xapp-2', []]);
  });

  it('is not set where it could never be read, and that is said too', () => {
    const secrets = secretsFromFolder(folder);
    mkdirSync(join(folder, 'signing-secret'));
    expect(secrets.signingSecrets()).toEqual([]);
    expect(secrets.problems()).toEqual([expect.stringContaining('EISDIR')]);
  });
});
