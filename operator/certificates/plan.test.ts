import { describe, expect, it } from 'vitest';
import { authority, DAY_MS, HOUR_MS, later, serving } from '../../test/support/certificates.ts';
import { LIFETIMES } from './lifetimes.ts';
import type { KeyMaterial, Pair, Serving } from './material.ts';
import { bundleOf, isToBeServed, lookAgainMs, type View, writeOf } from './plan.ts';
import { pemOf } from './x509.ts';

const { settling, overlap, holding, looking } = LIFETIMES;
const [older, newer, stranger] = [await authority(), await authority(later(HOUR_MS)), await authority()];
const byOlder = await serving(older);
const byNewer = await serving(newer, later(HOUR_MS));
const again = await serving(older, later(HOUR_MS));
const OLDER = older.certificate;
const NEWER = newer.certificate;
const STRANGER = stranger.certificate;

const LONG = 1e9;

function material(
  authorities: readonly Pair[],
  certificate: Serving | undefined,
  problems = ['broken'],
): KeyMaterial {
  const [signer] = authorities;
  return {
    authorities: authorities.map((each) => each.certificate),
    ...(signer ? { signer } : {}),
    ...(certificate ? { serving: certificate } : {}),
    problems: signer && certificate ? [] : problems,
  };
}

/** All is well, and has been for long, but for what is said. */
function view(given: Partial<View> = {}, seen: Partial<View['seenMs']> = {}): View {
  return {
    material: material([older], byOlder),
    requested: undefined,
    bundles: [[OLDER], [OLDER]],
    served: byOlder,
    now: later(HOUR_MS),
    ...given,
    seenMs: { newestTrusted: LONG, servingTrusted: LONG, authorities: LONG, serving: LONG, ...seen },
  };
}

const write = (given?: Partial<View>, seen?: Partial<View['seenMs']>) =>
  writeOf(view(given, seen), LIFETIMES);

describe('the Secret', () => {
  it('stays where all is well', () => {
    expect(write()).toBeUndefined();
    expect(lookAgainMs(view(), LIFETIMES)).toBe(looking);
  });

  it('that is missing is made: of nothing, or around the certificate that is served', () => {
    const missing = { material: undefined, bundles: [[], []] };
    expect(write({ ...missing, served: undefined })).toMatchObject({
      issue: 'Authority',
      cause: 'Missing',
      trusted: [],
      serving: undefined,
    });
    expect(write(missing)).toMatchObject({
      issue: 'Authority',
      cause: 'Missing',
      trusted: [OLDER],
      serving: byOlder,
    });
  });

  it('that is missing is made by a new process so that what others serve stays trusted', () => {
    const given = { material: undefined, served: undefined, bundles: [[OLDER], [OLDER, STRANGER]] };
    expect(write(given)).toMatchObject({ cause: 'Missing', trusted: [OLDER, STRANGER], serving: undefined });
  });

  it('never keeps more than four authorities, none that is no authority, and none that has ended', async () => {
    const many = await Promise.all(Array.from({ length: 9 }, () => authority()));
    const bundles = [[byOlder.certificate, ...many.map(({ certificate }) => certificate)]];
    const kept = write({ material: undefined, served: undefined, bundles });
    expect(kept).toMatchObject({ trusted: many.slice(0, 4).map(({ certificate }) => certificate) });
    expect(
      write({ material: undefined, served: undefined, bundles, now: later(4000 * DAY_MS) }),
    ).toMatchObject({
      trusted: [],
    });
  });

  it.each([
    [
      'cannot sign',
      material([], byOlder),
      { issue: 'Authority', cause: 'Damaged', why: 'broken', serving: byOlder },
    ],
    ['holds nothing', material([], undefined), { issue: 'Authority', cause: 'Damaged', serving: byOlder }],
    [
      'has no certificate',
      material([older], undefined),
      { issue: 'Certificate', cause: 'Damaged', why: 'broken' },
    ],
  ])('that %s is mended', (_, broken, expected) => {
    expect(write({ material: broken })).toMatchObject(expected);
  });

  it('gets a new certificate thirty days before the end of the old one, not earlier', () => {
    expect(write({ now: later(60 * DAY_MS - 1) })).toBeUndefined();
    expect(write({ now: later(60 * DAY_MS) })).toMatchObject({ issue: 'Certificate', cause: 'Expiring' });
    const day = view({ now: later(60 * DAY_MS - 5_000) });
    expect(lookAgainMs(day, LIFETIMES)).toBe(5_000);
  });

  it('gets a new authority a year before the end of the old one, and keeps its certificate meanwhile', async () => {
    const due = later(3285 * DAY_MS);
    const valid = await serving(older, later(3284 * DAY_MS));
    const given = { material: material([older], valid), served: valid };
    expect(write({ ...given, now: new Date(due.getTime() - 1) })).toBeUndefined();
    const renewal = { issue: 'Authority', cause: 'Expiring', trusted: [OLDER], serving: valid };
    expect(write({ ...given, now: due })).toMatchObject(renewal);
  });

  it.each([
    ['Authority', { issue: 'Authority', cause: 'Requested', trusted: [OLDER], serving: byOlder }],
    ['Certificate', { issue: 'Certificate', cause: 'Requested' }],
  ] as const)('gets a new one when it is asked for: %s', (requested, expected) => {
    expect(write({ requested })).toMatchObject(expected);
  });

  it('gets a certificate by a new authority only after every webhook has trusted that for a while', () => {
    const given = { material: material([newer, older], byOlder) };
    expect(write(given, { newestTrusted: -1 })).toBeUndefined();
    expect(write(given, { newestTrusted: settling - 1 })).toBeUndefined();
    expect(lookAgainMs(view(given, { newestTrusted: settling - 1 }), LIFETIMES)).toBe(1);
    const next = { issue: 'Certificate', cause: 'AuthorityReplaced' };
    expect(write(given, { newestTrusted: settling })).toMatchObject(next);
  });

  it('lets go of older authorities when nobody can serve by them any more', () => {
    const given = { material: material([newer, older], byNewer), served: byNewer };
    expect(write(given, { serving: overlap - 1 })).toBeUndefined();
    expect(lookAgainMs(view(given, { serving: overlap - 1 }), LIFETIMES)).toBe(1);
    expect(write(given, { serving: overlap })).toMatchObject({ issue: 'Nothing', authorities: [NEWER] });
  });

  it('is told of the authority by which this process serves, as when an older Secret was put back', () => {
    const given = { material: material([stranger], undefined), served: byOlder };
    expect(write(given)).toMatchObject({ issue: 'Nothing', authorities: [STRANGER, OLDER] });
    // What has ended need not be trusted.
    expect(write({ ...given, now: later(91 * DAY_MS) })).toMatchObject({ issue: 'Certificate' });
  });
});

describe('what a webhook trusts', () => {
  const bundle = (
    held: Parameters<typeof bundleOf>[1],
    given?: Partial<View>,
    seen?: Partial<View['seenMs']>,
  ) => bundleOf(view(given, seen), held, LIFETIMES);

  it('is what the Secret says, in its order', () => {
    const given = { material: material([newer, older], byOlder) };
    for (const held of [[], [OLDER], [STRANGER], [OLDER, NEWER]])
      expect(bundle(held, given)).toEqual([NEWER, OLDER]);
  });

  it('keeps what a new process, or one that sees a new list, does not know yet', () => {
    const young = { authorities: holding - 1 };
    expect(bundle([STRANGER, OLDER], {}, young)).toEqual([OLDER, STRANGER]);
    expect(bundle([byOlder.certificate], {}, young)).toEqual([OLDER]);
    expect(lookAgainMs(view({}, young), LIFETIMES)).toBe(1);
    expect(bundle([STRANGER, OLDER], {}, { authorities: holding })).toEqual([OLDER]);
  });

  it('stays where the Secret cannot say it', () => {
    expect(bundle([STRANGER], { material: undefined })).toBeUndefined();
    expect(bundle([STRANGER], { material: material([], byOlder) })).toBeUndefined();
  });
});

describe('what is served', () => {
  const isServed = (given: Partial<View>, seen?: Partial<View['seenMs']>) =>
    isToBeServed(view(given, seen), LIFETIMES);

  it('is at once what there is, where nothing is', () => {
    expect(isServed({ served: undefined }, { servingTrusted: -1 })).toBe(true);
    expect(isServed({ served: undefined, material: undefined })).toBe(false);
  });

  it('changes to a new certificate by an authority that has been trusted for a while', () => {
    const given = { material: material([older], again) };
    expect(isServed({})).toBe(false);
    expect(isServed(given)).toBe(true);
    expect(isServed(given, { servingTrusted: settling - 1 })).toBe(false);
    expect(lookAgainMs(view(given, { servingTrusted: settling - 1 }), LIFETIMES)).toBe(1);
  });

  it('changes at once where what is served has ended, or is not trusted any more and the new one is', () => {
    const given = { material: material([newer], byNewer), bundles: [[NEWER], [NEWER, OLDER]] };
    expect(isServed(given, { servingTrusted: 0 })).toBe(true);
    expect(isServed(given, { servingTrusted: -1 })).toBe(false);
    expect(isServed({ ...given, bundles: [[NEWER, OLDER]] }, { servingTrusted: 0 })).toBe(false);
    expect(isServed({ ...given, now: later(90 * DAY_MS) }, { servingTrusted: -1 })).toBe(true);
  });
});

it('says nothing of keys', () => {
  for (const requested of ['Authority', 'Certificate'] as const) {
    expect(write({ requested })?.why).toBe('it was asked for');
  }
  expect(write({ now: later(60 * DAY_MS) })?.why).toBe(
    'the one before it is valid until 2026-05-30T12:00:00.000Z',
  );
  expect(pemOf([OLDER])).not.toContain('PRIVATE');
});
