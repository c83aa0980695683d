import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The app's secrets as they are now; asked for at each use, so that a new one needs no restart. */
export interface SlackSecrets {
  botToken(): string | undefined;
  appToken(): string | undefined;
  /** More than one while the secret is changed over: either signs. */
  signingSecrets(): readonly string[];
}

export function secretsFromEnvironment(environment: NodeJS.ProcessEnv): SlackSecrets {
  return {
    botToken: () => environment['SLACK_BOT_TOKEN'] || undefined,
    appToken: () => environment['SLACK_APP_TOKEN'] || undefined,
    signingSecrets: () => lines(environment['SLACK_SIGNING_SECRET'] ?? ''),
  };
}

/** Files `bot-token`, `app-token` and `signing-secret`, as a mounted Secret has them; one that is missing is not set. */
export function secretsFromFolder(folder: string): SlackSecrets {
  const files = new Map<string, { readonly version: string; readonly text: string }>();
  const read = (name: string): string => {
    const path = join(folder, name);
    const version = versionOf(path);
    if (version === undefined) return '';
    const known = files.get(name);
    if (known?.version === version) return known.text;
    const text = readFileSync(path, 'utf8');
    files.set(name, { version, text });
    return text;
  };
  return {
    botToken: () => lines(read('bot-token'))[0],
    appToken: () => lines(read('app-token'))[0],
    signingSecrets: () => lines(read('signing-secret')),
  };
}

function versionOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.mtimeMs} ${stat.ino} ${stat.size}`;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
