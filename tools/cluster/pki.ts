import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

x509.cryptoProvider.set(crypto);

/** A certificate and its key, PEM. */
interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Subject {
  readonly name: string;
  readonly groups?: readonly string[];
  /** DNS names and IP addresses that a server answers for. */
  readonly hosts?: readonly string[];
}

/** A certificate authority of a test's or demo's own, valid for ten days. */
export class Authority {
  readonly certificate: string;
  readonly #issuer: x509.X509Certificate;
  readonly #keys: CryptoKeyPair;

  private constructor(issuer: x509.X509Certificate, keys: CryptoKeyPair) {
    this.#issuer = issuer;
    this.#keys = keys;
    this.certificate = issuer.toString('pem');
  }

  static async create(name: string): Promise<Authority> {
    const keys = await newKeys();
    const issuer = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
      ],
    });
    return new Authority(issuer, keys);
  }

  /** For a server where hosts are given, for a client otherwise; Kubernetes reads the groups from O. */
  async issue({ name, groups = [], hosts = [] }: Subject): Promise<KeyPair> {
    const keys = await newKeys();
    const usage = hosts.length > 0 ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
    const certificate = await x509.X509CertificateGenerator.create({
      subject: new x509.Name([{ CN: [name] }, ...groups.map((group) => ({ O: [group] }))]).toString(),
      issuer: this.#issuer.subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(hosts.map(alternativeName))] : []),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await privatePem(keys) };
  }
}

/** Keys that sign service accounts' tokens, PEM. */
export async function signingKeys(): Promise<{ publicKey: string; privateKey: string }> {
  const keys = await newKeys();
  const exported = await crypto.subtle.exportKey('spki', keys.publicKey);
  return { publicKey: x509.PemConverter.encode(exported, 'PUBLIC KEY'), privateKey: await privatePem(keys) };
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem({ privateKey }: CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}

function alternativeName(host: string): x509.JsonGeneralName {
  return { type: /^[0-9.]+$/.test(host) ? 'ip' : 'dns', value: host };
}

/** A day back, for clocks that are behind. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 10 * DAY_MS) };
}
