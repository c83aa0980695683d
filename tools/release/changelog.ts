import { compareVersions, parseVersion, type Version } from './version.ts';

/** One section of `CHANGELOG.md`, by the form of keepachangelog.com 1.1.0. */
export interface Section {
  /** `Unreleased`, or a version. */
  readonly name: string;
  /** `YYYY-MM-DD`; absent for `Unreleased`. */
  readonly date?: string;
  /** Without the heading, trimmed. */
  readonly text: string;
}

const HEADING = /^## \[([^\]]+)\](?: - (\S+))?$/;

/** The sections from the newest to the oldest. */
export function sectionsOf(changelog: string): Section[] {
  const sections: { name: string; date?: string; lines: string[] }[] = [];
  for (const line of changelog.split('\n')) {
    const [, name, date] = HEADING.exec(line) ?? [];
    if (name !== undefined) sections.push({ name, ...(date === undefined ? {} : { date }), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ lines, ...section }) => ({ ...section, text: lines.join('\n').trim() }));
}

/** What is wrong with the form of a changelog, one line for each fault. */
export function changelogFaults(changelog: string): string[] {
  const sections = sectionsOf(changelog);
  const headings = changelog.split('\n').filter((line) => line.startsWith('## ')).length;
  const faults: string[] = [];
  if (headings !== sections.length) faults.push('a heading is neither [Unreleased] nor [VERSION] - DATE');
  if (sections[0]?.name !== 'Unreleased') faults.push('the first section is not [Unreleased]');
  const released = sections.slice(1);
  faults.push(...released.flatMap(({ name, date }) => headingFaults(name, date)));
  const versions = released.flatMap(({ name }) => parseVersion(name) ?? []);
  if (!isNewestFirst(versions)) faults.push('the versions are not in order, the newest first');
  return faults.map((fault) => `CHANGELOG.md: ${fault}`);
}

function headingFaults(name: string, date: string | undefined): string[] {
  if (parseVersion(name) === undefined) return [`[${name}] is no version`];
  return isDay(date) ? [] : [`[${name}] has no date of the form YYYY-MM-DD`];
}

function isDay(date = ''): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? new Date(`${date}T00:00:00Z`) : undefined;
  return time !== undefined && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
}

function isNewestFirst(versions: readonly Version[]): boolean {
  return versions.every((version, at) => {
    const older = versions[at + 1];
    return older === undefined || compareVersions(version, older) > 0;
  });
}
