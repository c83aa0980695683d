import { toError } from '../../operator/errors.ts';
import { runProgram } from '../cluster/processes.ts';

/** More than a log of any pull request has. */
const OUTPUT_BYTES = 1 << 26;

/** @returns what git printed, trimmed. @throws Error with what git said, where it ends with another code than 0. */
export async function git(repository: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await runProgram('git', args, { cwd: repository, maxBuffer: OUTPUT_BYTES });
    return stdout.trim();
  } catch (error) {
    const said = (error as { readonly stderr?: string }).stderr?.trim();
    throw new Error(`git ${args[0]}: ${said || toError(error).message}`, { cause: error });
  }
}
