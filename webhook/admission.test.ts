import { describe, expect, it } from 'vitest';
import { ALLOWED, MalformedReview, parseReview, refused, reviewOf } from './admission.ts';

const request = {
  uid: '1',
  operation: 'CREATE',
  kind: { kind: 'Checkpoint' },
  userInfo: { username: 'mia', groups: ['finance'] },
  object: { spec: {} },
};

describe('an admission request', () => {
  it('is read with its caller and object', () => {
    expect(parseReview({ request })).toEqual({
      uid: '1',
      operation: 'CREATE',
      kind: 'Checkpoint',
      namespace: '',
      userInfo: { username: 'mia', uid: '', groups: ['finance'] },
      object: { spec: {} },
      oldObject: {},
    });
    const changed = { ...request, operation: 'UPDATE', oldObject: { spec: { action: 'a' } } };
    expect(parseReview({ request: changed }).oldObject).toEqual({ spec: { action: 'a' } });
  });

  it.each([
    ['nothing', undefined, 'request.uid'],
    ['a string', 'x', 'request.uid'],
    ['a list', [request], 'request.uid'],
    ['no request', { request: null }, 'request.uid'],
    ['no uid', { request: { ...request, uid: undefined } }, 'request.uid'],
    ['an empty uid', { request: { ...request, uid: '' } }, 'request.uid'],
    ['a uid that is a number', { request: { ...request, uid: 1 } }, 'request.uid'],
    ['no operation', { request: { ...request, operation: {} } }, 'request.operation'],
    ['no kind', { request: { ...request, kind: 'Checkpoint' } }, 'request.kind.kind'],
    ['no caller', { request: { ...request, userInfo: {} } }, 'request.userInfo.username'],
  ])('with %s is malformed, and the field is named', (_, body, field) => {
    expect(() => parseReview(body)).toThrow(MalformedReview);
    expect(() => parseReview(body)).toThrow(`${field} is missing`);
  });

  it.each([['text'], [7], [null], [['a']], [undefined]])('whose object is %j has an empty one', (object) => {
    expect(parseReview({ request: { ...request, object } }).object).toEqual({});
  });

  it('whose object claims a prototype changes no prototype', () => {
    const hostile = `{"request":{"uid":"1","operation":"CREATE","kind":{"kind":"__proto__"},
      "userInfo":{"username":"mia","__proto__":{"groups":["system:masters"]}},
      "object":{"__proto__":{"spec":{"agent":"x"}}}}}`;
    const parsed = parseReview(JSON.parse(hostile));
    expect(parsed.userInfo.groups).toEqual([]);
    expect(Object.getPrototypeOf(parsed.object)).toBe(Object.prototype);
    expect(parsed.object['spec']).toBeUndefined();
    expect(({} as { spec?: unknown }).spec).toBeUndefined();
  });
});

describe('an admission answer', () => {
  it('carries the uid of its request and nothing else when it allows', () => {
    expect(reviewOf('7', ALLOWED)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: '7', allowed: true },
    });
  });

  it('carries changes as a JSON patch in base64', () => {
    const patch = [{ op: 'add', path: '/spec/agent', value: 'ä"\u2028' }] as const;
    const { response } = reviewOf('7', { allowed: true, patch }) as {
      response: { patchType: string; patch: string };
    };
    expect(response.patchType).toBe('JSONPatch');
    expect(JSON.parse(Buffer.from(response.patch, 'base64').toString())).toEqual(patch);
  });

  it.each([
    [403, 'Forbidden'],
    [422, 'Invalid'],
    [500, 'InternalError'],
  ] as const)('refuses with %i %s and one problem a line', (code, reason) => {
    expect(reviewOf('7', refused(code, ['a', 'b']))).toMatchObject({
      response: { uid: '7', allowed: false, status: { status: 'Failure', code, reason, message: 'a\nb' } },
    });
  });
});
