import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { REGISTRATION_TYPES, type ResourceType } from '../../crds/names.ts';
import { authority, dataOf, HOSTS, NOW, serving } from '../../test/support/certificates.ts';
import { ManualTimers } from '../../test/support/manual-timers.ts';
import { ApiError } from '../kube/api-error.ts';
import { ServerClock } from '../kube/clock.ts';
import { LIFETIMES } from './lifetimes.ts';
import type { Serving } from './material.ts';
import type { Registration } from './registrations.ts';
import { Rotator } from './rotator.ts';
import type { Secret } from './secret.ts';

interface Stored {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
}

/** A store of three objects, which refuses what was made from an older version. */
class Store {
  readonly clock = new ServerClock(() => NOW.getTime());
  readonly objects = new Map<string, Stored>();
  /** Thrown by the next call that writes, or by each that reads. */
  nextWrite: Error | undefined;
  reading: Error | undefined;
  #version = 0;

  constructor() {
    for (const { kind } of REGISTRATION_TYPES) this.registration(kind);
  }

  registration(kind: string): void {
    const webhooks = [{ name: 'x', clientConfig: {} }];
    this.put(kind, { metadata: { name: 'approvalgate' }, webhooks } as Stored);
  }

  async get<T>({ kind }: ResourceType): Promise<T | undefined> {
    if (this.reading) throw this.reading;
    return this.objects.get(kind) as T | undefined;
  }

  async create<T>({ kind }: ResourceType, object: unknown): Promise<T> {
    this.#fail();
    if (this.objects.has(kind))
      throw new ApiError({ status: 409, reason: 'AlreadyExists', message: 'exists' });
    return this.put(kind, object as Stored) as T;
  }

  async replace<T>({ kind }: ResourceType, object: unknown): Promise<T> {
    this.#fail();
    const { resourceVersion } = (object as Stored).metadata;
    if (this.objects.get(kind)?.metadata.resourceVersion !== resourceVersion) {
      throw new ApiError({ status: 409, reason: 'Conflict', message: 'changed' });
    }
    return this.put(kind, object as Stored) as T;
  }

  put(kind: string, object: Stored): Stored {
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.objects.set(kind, stored);
    return stored;
  }

  get secret(): Secret | undefined {
    return this.objects.get('Secret') as Secret | undefined;
  }

  #fail(): void {
    const error = this.nextWrite;
    this.nextWrite = undefined;
    if (error) throw error;
  }
}

function started(store = new Store()) {
  const timers = new ManualTimers();
  const served: Serving[] = [];
  const lines: string[] = [];
  const rotator = new Rotator({
    client: store,
    secret: { namespace: 'approvalgate', name: 'approvalgate-webhook' },
    hosts: HOSTS,
    events: { write: (event) => lines.push(JSON.stringify(event)) },
    log: pino({}, { write: (line: string) => lines.push(line) }),
    serve: (serving) => served.push(serving),
    timers,
  });
  /** Runs until nothing is due. */
  const run = async (): Promise<number> => {
    for (let turn = 0; turn < 10; turn += 1) {
      const { afterMs } = await rotator.run();
      if (afterMs > 0) return afterMs;
    }
    throw new Error('it never comes to rest');
  };
  return { store, timers, served, lines, rotator, run };
}

const held = (store: Store) =>
  REGISTRATION_TYPES.map(({ kind }) =>
    Buffer.from(
      (store.objects.get(kind) as Registration).webhooks?.[0]?.clientConfig.caBundle ?? '',
      'base64',
    ).toString(),
  );

describe('a rotator', () => {
  it('comes to rest on an empty cluster, serves, and is trusted', async () => {
    const { store, served, rotator, run } = started();
    expect(await run()).toBe(LIFETIMES.settling);
    expect(served).toHaveLength(1);
    const ca = Buffer.from(store.secret?.data?.['ca.crt'] ?? '', 'base64').toString();
    expect(held(store)).toEqual([ca, ca]);
    expect(rotator.distrust((served[0] as Serving).certificate)).toEqual([]);
    expect(rotator.problems()).toEqual([]);
  });

  it('takes the Secret of another process that was faster', async () => {
    const { store, served, run } = started();
    const signer = await authority();
    const other = await serving(signer);
    const create = store.create.bind(store);
    store.create = async <T>(type: ResourceType, object: unknown): Promise<T> => {
      const data = dataOf([signer], other);
      if (!store.secret) store.put('Secret', { metadata: { name: 'approvalgate-webhook' }, data } as Stored);
      return create(type, object);
    };
    await run();
    expect(served.map(({ certificate }) => certificate.fingerprint256)).toEqual([
      other.certificate.fingerprint256,
    ]);
  });

  it('throws what it cannot write, says so, and goes on serving and publishing', async () => {
    const { store, served, lines, rotator, run } = started();
    await run();
    store.put('Secret', { ...store.secret, data: { ...store.secret?.data, 'tls.key': '' } } as Stored);
    for (const { kind } of REGISTRATION_TYPES) store.registration(kind);
    store.replace = async (type, object) => {
      if (type.kind === 'Secret') throw new ApiError({ status: 403, message: 'you may not' });
      return store.put(type.kind, object as Stored) as never;
    };
    expect((await rotator.run()).afterMs).toBe(0);
    await expect(rotator.run()).rejects.toThrow('you may not');
    expect(held(store).every((pem) => pem.includes('BEGIN CERTIFICATE'))).toBe(true);
    expect(rotator.problems()).toEqual(["the webhook's certificate cannot be looked after: you may not"]);
    expect(rotator.distrust((served[0] as Serving).certificate)).toEqual([]);
    expect(lines.join()).toContain('somebody else had changed the caBundle');
    expect(lines.join()).not.toContain('PRIVATE');
  });

  it('renews what ends also where it cannot publish', async () => {
    const { store, rotator, run } = started();
    await run();
    const before = store.secret?.data?.['tls.crt'];
    store.put('Secret', { ...store.secret, data: { ...store.secret?.data, 'tls.key': '' } } as Stored);
    for (const { kind } of REGISTRATION_TYPES) store.registration(kind);
    store.replace = async (type, object) => {
      if (type.kind !== 'Secret') throw new ApiError({ status: 403, message: 'you may not' });
      return store.put(type.kind, object as Stored) as never;
    };
    await expect(rotator.run()).rejects.toThrow('you may not');
    expect(store.secret?.data?.['tls.crt']).not.toBe(before);
  });

  it('leaves a conflict to the next run', async () => {
    const { store, rotator } = started();
    store.nextWrite = new ApiError({ status: 409, reason: 'Conflict', message: 'changed' });
    await expect(rotator.run()).rejects.toMatchObject({ status: 409 });
    expect((await rotator.run()).afterMs).toBe(0);
  });

  it('trusts nothing before it has looked, and says why it could not', async () => {
    const { store, rotator } = started();
    const { certificate } = await serving(await authority());
    expect(rotator.distrust(certificate)).toEqual(["the webhook's certificate has not been looked at yet"]);
    store.reading = new ApiError({ status: 0, message: 'nobody answers' });
    await expect(rotator.run()).rejects.toThrow('nobody answers');
    const said = "the webhook's certificate has not been looked at yet: nobody answers";
    expect(rotator.distrust(certificate)).toEqual([said]);
  });

  it('is trusted no more where it has not looked for half an hour: others may have let go of its authority', async () => {
    const { timers, served, rotator, run } = started();
    await run();
    const { certificate } = served[0] as Serving;
    timers.advance(LIFETIMES.overlap / 2);
    expect(rotator.distrust(certificate)).toEqual([]);
    timers.advance(1);
    expect(rotator.distrust(certificate)).toEqual([
      'what the API server trusts has not been looked at for 30 min',
    ]);
    await run();
    expect(rotator.distrust(certificate)).toEqual([]);
  });

  it('is trusted on where it may not look: no replica may, and so none lets go of an authority', async () => {
    const { store, timers, served, rotator, run } = started();
    await run();
    const { certificate } = served[0] as Serving;
    store.reading = new ApiError({ status: 403, reason: 'Forbidden', message: 'secrets is forbidden' });
    for (let looks = 0; looks < 3; looks += 1) {
      timers.advance(LIFETIMES.overlap / 2);
      await expect(rotator.run()).rejects.toThrow('secrets is forbidden');
    }
    expect(rotator.distrust(certificate)).toEqual([]);
    expect(rotator.problems()).toEqual([
      "the webhook's certificate cannot be looked after: secrets is forbidden",
    ]);
  });

  it('replaces an authority step by step, as time goes by', async () => {
    const { store, timers, served, run } = started();
    await run();
    const count = () => held(store).map((pem) => pem.split('BEGIN').length - 1);
    const metadata = {
      ...store.secret?.metadata,
      annotations: { 'approvalgate.dev/renew': 'authority', other: 'x' },
    };
    store.put('Secret', { ...store.secret, metadata } as Stored);
    expect(await run()).toBe(LIFETIMES.settling);
    expect([count(), served.length]).toEqual([[2, 2], 1]);
    expect(store.secret?.metadata.annotations).toEqual({ other: 'x' });
    timers.advance(LIFETIMES.settling);
    await run();
    expect([count(), served.length]).toEqual([[2, 2], 2]);
    timers.advance(LIFETIMES.overlap);
    await run();
    timers.advance(LIFETIMES.holding);
    expect(await run()).toBe(LIFETIMES.looking);
    expect([count(), served.length]).toEqual([[1, 1], 2]);
  });
});
