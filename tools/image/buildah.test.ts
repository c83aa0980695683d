import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildImage } from './image.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('without buildah', () => {
  it('it is said what else builds the image', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(buildImage({ tag: 'localhost/approvalgate:test' })).rejects.toThrow(
      /buildah is missing.*docker build/,
    );
  });
});
