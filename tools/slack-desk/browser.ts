import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { runProgram } from '../cluster/processes.ts';

/** Quiet on the network: nothing but the page under test is fetched. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Launch headless Chromium out of npm packages alone: nothing has to be installed on the machine.
 * The first launch unpacks it to the user's cache (some seconds, 210 MB).
 */
export async function launchBrowser(): Promise<Browser> {
  const home = await unpacked();
  const executablePath = join(home, 'chromium');
  const env: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: homedir() };
  env['FONTCONFIG_PATH'] = join(home, 'fonts');
  if (await lacksLibraries(executablePath)) env['LD_LIBRARY_PATH'] = join(home, 'al2023', 'lib');
  return chromium.launch({ executablePath, headless: true, args: FLAGS, env });
}

/** The directory with the browser, its fonts, and the shared libraries that a bare machine lacks. */
async function unpacked(): Promise<string> {
  const manifest = join(
    dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
    '../package.json',
  );
  const { version } = JSON.parse(await readFile(manifest, 'utf8'));
  const cache = join(homedir(), '.cache', 'approvalgate');
  const home = join(cache, `chromium-${version}`);
  if (existsSync(home)) return home;
  await mkdir(cache, { recursive: true });
  // The package unpacks into TMPDIR and takes a half-written file of another process for the browser: each
  // process unpacks into a directory of its own, and the first one to be ready wins.
  const staging = await mkdtemp(join(cache, 'chromium-unpacking-'));
  // Only where it believes to be on AWS Lambda does the package unpack the shared libraries as well.
  const env = { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  const script = `(await import('@sparticuz/chromium')).default.executablePath()`;
  await runProgram(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    env,
  });
  await writeFile(join(staging, 'fonts', 'fonts.conf'), fontsConf(join(home, 'fonts')));
  try {
    await rename(staging, home);
  } catch (error) {
    await rm(staging, { recursive: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

/** The package's own configuration names only the places where AWS Lambda has it. */
function fontsConf(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>${directory}</dir></fontconfig>
`;
}

/** Its own libraries are for another distribution: they only step in where the machine has none. */
async function lacksLibraries(executable: string): Promise<boolean> {
  const { stdout } = await runProgram('ldd', [executable]);
  return stdout.includes('not found');
}
