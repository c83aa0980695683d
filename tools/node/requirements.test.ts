import { describe, expect, test } from 'vitest';
import { lacking, type Machine } from './requirements.ts';

const quiet = (): void => undefined;

/** A machine of which everything is known; `ran` is what was run on it. */
function machine(parts: Partial<Machine> & { fails?: string } = {}) {
  const ran: string[] = [];
  const run = async (program: string, args: readonly string[]): Promise<void> => {
    ran.push([program, ...args].join(' '));
    if (program === parts.fails) throw new Error('Command failed\nE: not today');
  };
  return { platform: 'linux', uid: 0, has: () => true, run, ran, ...parts };
}

describe('a node can run', () => {
  test('where everything is there: nothing is installed', async () => {
    const here = machine();
    expect(await lacking({}, quiet, here)).toBeUndefined();
    expect(here.ran).toEqual(['unshare --net --mount --pid --fork --mount-proc true']);
  });

  test('once the packages that are missing are installed, each once, and none removed for them', async () => {
    const here = machine({ has: (program) => !/^(containerd|ctr|buildah)$/.test(program) });
    expect(await lacking({ buildah: 'buildah' }, quiet, here)).toBeUndefined();
    expect(here.ran[1]).toMatch(/apt-get install .*--no-remove containerd buildah$/);
  });
});

describe('a node cannot run, and why is said in one line', () => {
  test.each([
    ['elsewhere than on Linux', machine({ platform: 'darwin' }), 'a node takes Linux'],
    ['without root', machine({ uid: 1000 }), 'a node takes root'],
    [
      'without apt-get',
      machine({ has: (program) => program !== 'apt-get' && program !== 'runc' }),
      "a node takes Debian's packages, or the like: runc",
    ],
    [
      'where packages cannot be had',
      machine({ has: (program) => program !== 'runc', fails: 'apt-get' }),
      "Debian's packages runc could not be installed: E: not today",
    ],
    [
      'where root is not trusted with namespaces',
      machine({ fails: 'unshare' }),
      'this machine does not let root make namespaces: E: not today',
    ],
  ])('%s', async (_where, here, reason) => {
    expect(await lacking({}, quiet, here)).toBe(reason);
  });
});
