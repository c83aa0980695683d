import { join } from 'node:path';
import { FollowedFile } from '../../files.ts';
import type { Logger } from '../../log.ts';

/** The app's secrets as they are now; asked for at each use, so that a new one needs no restart. */
export interface SlackSecrets {
  botToken(): string | undefined;
  appToken(): string | undefined;
  /** More than one while the secret is changed over: either signs. */
  signingSecrets(): readonly string[];
  /** Sentences on secrets that cannot be read now; the last ones stay in use. */
  problems(): readonly string[];
}

export function secretsFromEnvironment(environment: NodeJS.ProcessEnv): SlackSecrets {
  return {
    botToken: () => environment['SLACK_BOT_TOKEN'] || undefined,
    appToken: () => environment['SLACK_APP_TOKEN'] || undefined,
    signingSecrets: () => lines(environment['SLACK_SIGNING_SECRET'] ?? ''),
    problems: () => [],
  };
}

/**
 * Files `bot-token`, `app-token` and `signing-secret`, as a mounted Secret has them. One that is missing is not set; one
 * that cannot be read keeps its last text.
 */
export function secretsFromFolder(folder: string, log?: Pick<Logger, 'warn'>): SlackSecrets {
  const report = (problem: string): void => log?.warn({ problem }, 'a secret of Slack cannot be read');
  const [botToken, appToken, signingSecret] = ['bot-token', 'app-token', 'signing-secret'].map(
    (name) => new FollowedFile(join(folder, name), report),
  ) as [FollowedFile, FollowedFile, FollowedFile];
  return {
    botToken: () => linesOf(botToken)[0],
    appToken: () => linesOf(appToken)[0],
    signingSecrets: () => linesOf(signingSecret),
    problems: () => [botToken, appToken, signingSecret].flatMap(problemOf),
  };
}

function linesOf(file: FollowedFile): string[] {
  const text = file.text() ?? '';
  return file.isMissing ? [] : lines(text);
}

function problemOf(file: FollowedFile): string[] {
  return file.problem === undefined || file.isMissing ? [] : [file.problem];
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
