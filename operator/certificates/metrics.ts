import { Counter, Gauge } from 'prom-client';
import { registry } from '../metrics.ts';

const registers = [registry];

/** Named after cert-manager's `certmanager_certificate_expiration_timestamp_seconds`. */
export const authorityExpiration = new Gauge({
  name: 'approvalgate_webhook_authority_expiration_timestamp_seconds',
  help: 'When the authority of the certificate of the webhook ends, in seconds since the epoch.',
  registers,
});
// Whoever knows of none says nothing: a zero would read as one that ended in 1970.
authorityExpiration.remove();

export const issued = new Counter({
  name: 'approvalgate_webhook_certificates_issued_total',
  help: 'Authorities and certificates that this process has issued for the webhook, by cause.',
  labelNames: ['issued', 'cause'],
  registers,
});

export const restored = new Counter({
  name: 'approvalgate_webhook_bundles_restored_total',
  help: 'How often somebody else had changed the caBundle of a webhook configuration, and it was put back.',
  labelNames: ['kind'],
  registers,
});
