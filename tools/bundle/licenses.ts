import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundledPackage, nameOf } from './packages.ts';

const LICENSE_FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;

/** All licences of what is bundled, in one text. @throws Error that names the packages that have none. */
export async function licenseTexts(packages: readonly BundledPackage[]): Promise<string> {
  const sections = await Promise.all(packages.map(section));
  const without = packages.filter((_, i) => sections[i] === undefined).map(nameOf);
  if (without.length > 0) throw new Error(`no licence text in ${without.join(', ')}`);
  return `This program contains the packages below, each under its own licence.\n\n${sections.join('\n')}`;
}

async function section(bundled: BundledPackage): Promise<string | undefined> {
  const { folder, json } = bundled;
  const files = (await readdir(folder)).filter((file) => LICENSE_FILE.test(file)).sort();
  if (files.length === 0) return undefined;
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const title = `${nameOf(bundled)} (${json.license ?? 'see below'})`;
  return `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}
