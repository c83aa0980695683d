/** So that `git log --oneline` and lists of commits show a subject whole. */
const SUBJECT_LENGTH = 72;

/** Lines that git and its tools add below a message: they say nothing of why. */
const TRAILER = /^[A-Za-z][A-Za-z-]*: \S/;

/** git drops such lines of a message that was edited, and what stands below its scissors. */
const COMMENT = /^#/;
const SCISSORS = /^# -+ >8 -+$/;

/** @param message as git hands it to a commit-msg hook. @returns what is wrong with it, one line for each fault. */
export function messageFaults(message: string): string[] {
  const lines = linesOf(message);
  const [subject = '', second = '', ...rest] = lines;
  return [...subjectFaults(subject), ...bodyFaults(second, rest)];
}

function linesOf(message: string): string[] {
  const lines = message.split('\n');
  const scissors = lines.findIndex((line) => SCISSORS.test(line));
  const kept = (scissors < 0 ? lines : lines.slice(0, scissors)).filter((line) => !COMMENT.test(line));
  return kept.join('\n').trim().split('\n');
}

function subjectFaults(subject: string): string[] {
  if (subject === '') return ['the subject is empty'];
  const length = [...subject].length;
  return [
    ...(length > SUBJECT_LENGTH ? [`the subject has ${length} characters; at most ${SUBJECT_LENGTH}`] : []),
    ...(/^(fixup|squash|amend)! /.test(subject)
      ? ['the commit was meant to be melted into another one']
      : []),
    ...(subject.endsWith('.') ? ['the subject ends with a full stop'] : []),
    ...(/^\p{Ll}/u.test(subject) ? ['the subject does not begin with a capital letter'] : []),
  ];
}

function bodyFaults(second: string, rest: readonly string[]): string[] {
  if (second.trim() !== '') return ['the line below the subject is not empty'];
  const says = rest.some((line) => line.trim() !== '' && !TRAILER.test(line));
  return says ? [] : ['there is no body: say why the change is made'];
}
