/** Slack's ids of messages are times: seconds and a part of a second. */
export function isMessageID(ts: unknown): ts is string {
  return typeof ts === 'string' && /^\d{1,20}\.\d{1,20}$/.test(ts);
}
