import type { CheckpointSpec } from '../../crds/types.ts';

/** What the three agents of the demo ask for. `timeoutSeconds` is how long the third one waits. */
export function requests(
  timeoutSeconds: number,
): Record<'refund' | 'hugeCampaign' | 'campaign', CheckpointSpec> {
  return {
    refund: { action: 'process_refund', context: { amount: 12, order: 'A-1042' } },
    hugeCampaign: {
      action: 'send_email_campaign',
      context: { recipients: 12_000, template: 'summer-sale', estimated_cost: 36 },
    },
    campaign: {
      action: 'send_email_campaign',
      summary: 'Inactive customers often come back after a voucher.',
      context: { recipients: 5_247, template: 'win-back-inactive', estimated_cost: 15.741 },
      timeoutSeconds,
    },
  };
}

/** The sentence that a person must read for the third request. */
export const SENTENCE =
  'AI agent wants to send an email campaign to 5,247 recipients using template ' +
  "'win-back-inactive'. Estimated cost: $15.74.";
