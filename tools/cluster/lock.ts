import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 500;

/**
 * Does something while holding a lock file that names its process. The lock of a process that is gone is taken over.
 * @param onWait told the lock's path once, when another process holds it.
 */
export async function withLock<T>(
  path: string,
  onWait: (path: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  for (let waited = false; !(await taken(path)); waited = true) {
    if (!waited) onWait(path);
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function taken(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (await ownerIsGone(path)) await rm(path, { force: true });
    return false;
  }
}

/** A lock that is empty is just being written, one that cannot be read has just been given back. */
async function ownerIsGone(path: string): Promise<boolean> {
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (!Number.isInteger(owner) || owner <= 0) return false;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
