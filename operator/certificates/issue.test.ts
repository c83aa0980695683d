import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, it } from 'vitest';
import { authority, DAY_MS, HOSTS, NOW, serving } from '../../test/support/certificates.ts';
import { fits, isSignedBy } from './x509.ts';

it('issues an authority for ten years, and a certificate for ninety days, both valid since a day', async () => {
  const signer = await authority();
  const { certificate, key } = await serving(signer);
  expect(signer.certificate.ca).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(fits(signer.certificate, signer.key)).toBe(true);
  expect(fits(certificate, key)).toBe(true);
  expect(isSignedBy(certificate, signer.certificate)).toBe(true);
  const days = [signer.certificate, certificate].map(({ validFromDate, validToDate }) => [
    (validFromDate.getTime() - NOW.getTime()) / DAY_MS,
    (validToDate.getTime() - NOW.getTime()) / DAY_MS,
  ]);
  expect(days).toEqual([
    [-1, 3650],
    [-1, 90],
  ]);
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
});

it('gives each authority a name and each certificate a number of its own', async () => {
  const [one, other] = [await authority(), await authority()];
  expect(one.certificate.subject).not.toBe(other.certificate.subject);
  const numbers = new Set<string>();
  for (let made = 0; made < 20; made += 1) numbers.add((await serving(one)).certificate.serialNumber);
  expect(numbers.size).toBe(20);
});

it('issues what a TLS client takes that trusts the authority and asks for one of the names, and no other', async () => {
  const signer = await authority(new Date());
  const { certificate, key } = await serving(signer, new Date());
  const server = createServer({ cert: String(certificate), key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (servername: string, ca = String(signer.certificate)): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca });
    try {
      await once(socket, 'secureConnect');
      return 'trusted';
    } catch (error) {
      return (error as { code?: string }).code ?? '';
    } finally {
      socket.destroy();
    }
  };
  for (const host of HOSTS) expect(await ask(host)).toBe('trusted');
  expect(await ask('other.approvalgate.svc')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  const stranger = await authority(new Date());
  expect(await ask(HOSTS[0] ?? '', String(stranger.certificate))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  server.close();
});
