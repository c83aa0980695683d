import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const flag = { type: 'boolean' };
const object = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

/** The fields we use, with Slack's limits. Source: slackapi/manifest-schema. */
const SCHEMA = object({
  _metadata: object({ major_version: { const: 2 } }),
  display_information: object({ name: text(35), description: text(140) }),
  features: object({ bot_user: object({ display_name: text(80), always_online: flag }) }),
  oauth_config: object({
    scopes: object({ bot: { type: 'array', uniqueItems: true, items: { pattern: '^[a-z_.]+:[a-z_.]+$' } } }),
  }),
  settings: object({
    interactivity: object({ is_enabled: { const: true }, request_url: { type: 'string' } }, ['is_enabled']),
    org_deploy_enabled: flag,
    socket_mode_enabled: flag,
    token_rotation_enabled: { const: false },
  }),
});

const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(
  readFileSync(new URL('../../slack-app-manifest.yaml', import.meta.url), 'utf8'),
);

it('the app manifest is one that Slack takes', () => {
  const validate = new Ajv({ strict: false }).compile(SCHEMA);
  validate(manifest);
  expect(validate.errors).toBeNull();
});

it('the app asks for no right beyond what it calls', () => {
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([
    'channels:history',
    'channels:read',
    'chat:write',
    'groups:history',
    'groups:read',
    'users:read',
  ]);
});
