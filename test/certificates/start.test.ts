import { expect, it } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import { checkpoint } from '../support/admission-environment.ts';
import { SHOP, withSetting } from './setting.ts';

const setting = withSetting();

it('makes one certificate of three processes that start at once on nothing, and the API server trusts it', async () => {
  expect(await setting().secret()).toBeUndefined();
  await setting().replicate(3);
  const { authorities, certificate } = await setting().stored();
  expect(authorities).toHaveLength(1);
  expect(certificate).toBeDefined();
  expect(await setting().trusted()).toEqual([authorities, authorities]);
  const asked = await setting().agent.create(
    CHECKPOINTS,
    checkpoint({}, { namespace: SHOP, generateName: 'refund-' }) as never,
  );
  expect(asked).toMatchObject({
    spec: { requester: { username: `system:serviceaccount:${SHOP}:refund-bot` } },
  });
});
