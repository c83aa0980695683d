import { describe, expect, it } from 'vitest';
import { authority, DAY_MS, dataOf, HOSTS, later, NOW, serving } from '../../test/support/certificates.ts';
import { readMaterial, unfitness } from './material.ts';

const signer = await authority();
const other = await authority();
const leaf = await serving(signer);
const good = dataOf([signer], leaf);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const read = (data: Record<string, string>, now = NOW) => readMaterial(data, HOSTS, now);

it('reads what it has written', () => {
  const { problems, ...material } = read(good);
  expect(problems).toEqual([]);
  expect(material.signer?.certificate.fingerprint256).toBe(signer.certificate.fingerprint256);
  expect(material.serving?.certificate.fingerprint256).toBe(leaf.certificate.fingerprint256);
  expect(material.serving?.authority.fingerprint256).toBe(signer.certificate.fingerprint256);
});

it('takes a certificate that an older authority has signed', async () => {
  const material = read(dataOf([other, signer], leaf));
  expect(material.problems).toEqual([]);
  expect(material.signer?.certificate.fingerprint256).toBe(other.certificate.fingerprint256);
  expect(material.serving?.authority.fingerprint256).toBe(signer.certificate.fingerprint256);
});

interface Expected {
  readonly signer?: boolean;
  readonly serving?: boolean;
  readonly problem: string;
}

const NO_SIGNER = { signer: false };
const NO_SERVING = { serving: false };

describe('of a Secret that is damaged', () => {
  it.each<[string, Record<string, string>, Expected]>([
    ['nothing at all', {}, { ...NO_SIGNER, ...NO_SERVING, problem: 'ca.crt holds no certificate' }],
    [
      'no authority',
      { ...good, 'ca.crt': '' },
      { ...NO_SIGNER, ...NO_SERVING, problem: 'ca.crt holds no certificate' },
    ],
    [
      'an authority that is no PEM',
      { ...good, 'ca.crt': base64('rubbish') },
      { ...NO_SIGNER, ...NO_SERVING, problem: 'ca.crt holds no' },
    ],
    [
      'an authority that is a PEM of nothing',
      { ...good, 'ca.crt': base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') },
      { ...NO_SIGNER, ...NO_SERVING, problem: 'ca.crt holds no certificate' },
    ],
    [
      'what is no base64',
      { ...good, 'ca.crt': '%%%' },
      { ...NO_SIGNER, ...NO_SERVING, problem: 'ca.crt holds no' },
    ],
    [
      'no key of the authority',
      { ...good, 'ca.key': '' },
      { ...NO_SIGNER, problem: 'ca.key is not the key of the authority' },
    ],
    [
      'another key of the authority',
      { ...good, 'ca.key': base64(other.key) },
      { ...NO_SIGNER, problem: 'ca.key is not the key' },
    ],
    [
      'a certificate where the authority belongs',
      { ...good, 'ca.crt': good['tls.crt'] ?? '' },
      { ...NO_SIGNER, ...NO_SERVING, problem: 'ca.crt begins with a certificate that is no authority' },
    ],
    [
      'no certificate',
      { ...good, 'tls.crt': '' },
      { ...NO_SERVING, problem: 'tls.crt holds no certificate' },
    ],
    ['no key', { ...good, 'tls.key': '' }, { ...NO_SERVING, problem: 'tls.key is not the key of tls.crt' }],
    [
      'another key',
      { ...good, 'tls.key': base64(signer.key) },
      { ...NO_SERVING, problem: 'tls.key is not the key' },
    ],
    [
      "somebody else's authority",
      dataOf([other], leaf),
      { ...NO_SERVING, problem: 'no authority of ca.crt has signed the certificate' },
    ],
  ])('%s: says so, and uses the rest', (_, data, { signer = true, serving = true, problem }) => {
    const material = read(data);
    expect(material.signer !== undefined).toBe(signer);
    expect(material.serving !== undefined).toBe(serving);
    expect(material.problems.join('; ')).toContain(problem);
    for (const key of ['ca.key', 'tls.key']) {
      const secret = Buffer.from(data[key] ?? '', 'base64').toString();
      if (secret !== '') expect(material.problems.join()).not.toContain(secret.split('\n')[1]);
    }
  });

  it('says of what has expired or is not valid yet from when to when it is', () => {
    expect(read(good, later(91 * DAY_MS)).problems).toEqual([
      'the certificate is valid from 2026-02-28T12:00:00.000Z to 2026-05-30T12:00:00.000Z alone',
    ]);
    const early = read(good, later(-2 * DAY_MS));
    expect(early.authorities).toEqual([]);
    expect(early.problems).toHaveLength(2);
    expect(read(good, later(3651 * DAY_MS)).problems[0]).toMatch(/^the authority is valid from 2026-02-28/);
  });

  it('says which name the certificate lacks', async () => {
    const renamed = await serving(signer, NOW, ['gate.approvalgate.svc']);
    expect(read(dataOf([signer], renamed)).problems).toEqual([`the certificate is not for ${HOSTS[0]}`]);
    expect(unfitness(renamed.certificate, [], NOW)).toBeUndefined();
  });

  it('reads no more than sixteen authorities, whatever somebody wrote', () => {
    const many = base64(String(signer.certificate).repeat(1000));
    expect(read({ ...good, 'ca.crt': many }).authorities).toHaveLength(1);
  });
});
