import type { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';

/** The certificate that a new connection to this port is shown. */
export function shownAt(port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate) resolve(certificate);
      else reject(new Error('no certificate'));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
