import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type Config, portsOf } from './config.ts';
import { toError, UsageError } from './errors.ts';

/**
 * What flags name on this machine, looked at before anything starts: folders, the certificate, addresses and ports.
 * @throws UsageError naming the flag
 */
export async function preflight(config: Config): Promise<void> {
  const { roles, webhookCertDir, slackTransport, slackSecretDir, host } = config;
  if (roles.has('webhook') && webhookCertDir !== undefined) {
    forFlag('--webhook-cert-dir', () => checkCertificate(webhookCertDir));
  }
  if (slackTransport !== 'off' && slackSecretDir !== undefined) {
    forFlag('--slack-secret-dir', () => readdirSync(slackSecretDir));
  }
  for (const { flag, port } of portsOf(config)) await checkPort(flag, host, port);
}

function forFlag(flag: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new UsageError(`${flag}: ${toError(error).message}`);
  }
}

function checkCertificate(folder: string): void {
  const [cert, key] = ['tls.crt', 'tls.key'].map((file) => readFileSync(join(folder, file)));
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new Error(`tls.crt and tls.key in ${folder} cannot be used: ${toError(error).message}`);
  }
}

/** By listening for a moment; a name or an address that is not this machine's is the host's fault. */
function checkPort(flag: string, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const isPorts = code === 'EADDRINUSE' || code === 'EACCES';
      reject(new UsageError(`${isPorts ? flag : '--host'}: ${message}`));
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
