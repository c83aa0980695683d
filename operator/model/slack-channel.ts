import { SCHEMA } from '../../crds/limits.ts';

const { pattern, maxLength } = SCHEMA.CheckpointRule.spec.notify.slack.channel;
const ID = new RegExp(pattern);

/** Whether a text is a channel's id as the schema takes it. Source: Slack's ids begin with C, those of private channels with G. */
export function isSlackChannel(text: string): boolean {
  return text.length <= maxLength && ID.test(text);
}
