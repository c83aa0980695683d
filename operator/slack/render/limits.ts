/**
 * Slack's bounds on what it takes, in characters or items. Source: the JSDoc of @slack/types 3.2 and the reference pages
 * of Block Kit. The total of a message is not documented; others measured refusals from about 13,200 on.
 */
export const LIMITS = {
  header: 150,
  sectionText: 3000,
  fieldText: 2000,
  fieldsPerSection: 10,
  contextText: 2000,
  blocksPerMessage: 50,
  blocksPerModal: 100,
  buttonValue: 2000,
  blockId: 255,
  privateMetadata: 3000,
  viewJson: 250_000,
  fallbackText: 4000,
} as const;

/** What we allow ourselves in one message, far enough from where Slack refuses. */
export const BUDGET = {
  message: 9000,
  fields: 20,
  fieldsTotal: 4500,
  fieldValue: 300,
  agent: 120,
  agentWords: 1200,
  reason: 1000,
  sentence: 1000,
  listed: 1024,
} as const;

/** How many of each one message shows; it says how many more there are. */
export const SHOWN = { causes: 5, needs: 5, reviews: 10 } as const;
