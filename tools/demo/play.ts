import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Checkpoint } from '../../crds/types.ts';
import { Agent } from '../environment/agent.ts';
import { CHANNEL, MIA, type TestEnvironment } from '../environment/environment.ts';
import { agentIn, approver, link } from '../environment/people.ts';
import type { DeskMessage } from '../slack-desk/types.ts';
import { requests, SENTENCE } from './agents.ts';
import { NAMESPACE } from './environment.ts';
import type { DemoOptions } from './options.ts';

const RULES = join(import.meta.dirname, '..', '..', 'examples', 'rules.yaml');
/** Long enough to read and click; short where nobody will. */
const TIMEOUT_SECONDS = { person: 1800, approve: 300, deny: 300, none: 10 };
const MESSAGE_MS = 30_000;

interface Demo {
  readonly environment: TestEnvironment;
  readonly agent: Agent;
  readonly options: DemoOptions;
  /** Aborts when the demo is stopped. */
  readonly signal: AbortSignal;
}

export const say = (line: string): void => console.log(line);

/** Three agents ask, and what becomes of it is printed. @throws Error when the signal aborts. */
export async function play(
  environment: TestEnvironment,
  options: DemoOptions,
  signal: AbortSignal,
): Promise<void> {
  const agent = new Agent(await openShop(environment, options), NAMESPACE);
  try {
    await askAll({ environment, agent, options, signal });
  } finally {
    await agent.close();
  }
}

/** Gives the kubeconfig of the agents. */
async function openShop({ cluster }: TestEnvironment, options: DemoOptions): Promise<string> {
  const kubeconfig = await agentIn(cluster, NAMESPACE, 'shop-bot');
  await approver(cluster, NAMESPACE, 'mia@example.com');
  if (!options.slack) await link(cluster, MIA, 'mia@example.com');
  await cluster.mustKubectl(['apply', '-f', RULES]);
  await cluster.mustKubectl(['wait', '-n', NAMESPACE, '--for=condition=Ready', 'checkpointrules', '--all']);
  if (!options.existing && options.click === 'person')
    say(`look around: ${cluster.kubectlCommand} get ckpt -n ${NAMESPACE}`);
  return kubeconfig;
}

async function askAll(demo: Demo): Promise<void> {
  const { agent, options, signal } = demo;
  const asked = requests(TIMEOUT_SECONDS[options.click]);
  await askAndPrint(demo, 'a $12 refund', asked.refund);
  await askAndPrint(demo, 'a campaign to 12,000 recipients', asked.hugeCampaign);
  const waiting = await agent.ask(asked.campaign);
  say(`\nagent asks: a campaign to 5,247 recipients (${waiting.metadata.name})`);
  const limit = AbortSignal.timeout((TIMEOUT_SECONDS[options.click] + 60) * 1000);
  const decision = agent.decision(waiting, AbortSignal.any([signal, limit]));
  await Promise.race([answer(demo), decision]);
  print(await decision);
  if (!options.slack) await showEnd(demo);
}

async function askAndPrint({ agent, signal }: Demo, what: string, spec: Checkpoint['spec']): Promise<void> {
  const asked = await agent.ask(spec);
  say(`\nagent asks: ${what} (${asked.metadata.name})`);
  print(await agent.decision(asked, AbortSignal.any([signal, AbortSignal.timeout(60_000)])));
}

function print({ status }: Checkpoint): void {
  const decision = status?.decision;
  if (decision === undefined) return;
  say(`  decision: ${decision.outcome} (${decision.reason})`);
  const { type, name } = decision.decidedBy;
  say(`  who:      ${type === 'Deadline' ? 'the deadline' : `${type} ${name}`}`);
  say(`  why:      ${decision.message ?? ''}`);
}

async function answer(demo: Demo): Promise<void> {
  const { environment, options } = demo;
  const { click, slack } = options;
  if (slack) {
    say(
      `  the question is in Slack channel ${slack.channel}; an unlinked account that clicks is told how to link it`,
    );
    return;
  }
  const message = await postedMessage(demo);
  say(`  Slack shows: ${sentenceOf(message)}`);
  if (sentenceOf(message) !== SENTENCE) throw new Error(`the message should read: ${SENTENCE}`);
  if (click === 'person') say(`  approve or deny it: ${environment.desk.url}`);
  if (click === 'none') say('  nobody clicks; the deadline decides in a few seconds');
  if (click === 'approve') await environment.desk.person(MIA).click(message, 'approvalgate_approve');
  if (click === 'deny') await deny(demo, message);
}

async function deny({ environment, signal }: Demo, message: DeskMessage): Promise<void> {
  const mia = environment.desk.person(MIA);
  await mia.click(message, 'approvalgate_deny');
  const view = await until('the window for the reason', signal, () => environment.desk.openView(MIA));
  await mia.submit(view, { approvalgate_reason: 'These customers opted out.' });
}

function postedMessage({ environment, signal }: Demo): Promise<DeskMessage> {
  return until('the message in Slack', signal, async () => (await environment.desk.messages(CHANNEL)).at(-1));
}

async function showEnd({ environment, signal }: Demo): Promise<void> {
  await until('the outcome in Slack', signal, async () => {
    const message = (await environment.desk.messages(CHANNEL)).at(-1);
    return message && !JSON.stringify(message.blocks).includes('"actions"') ? message : undefined;
  });
  say('  the message in Slack shows the outcome, and its buttons are gone');
}

function sentenceOf({ blocks }: DeskMessage): string {
  const [first] = (blocks ?? []) as readonly { readonly text?: { readonly text?: string } }[];
  return first?.text?.text ?? '';
}

async function until<T>(
  what: string,
  signal: AbortSignal,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (const deadline = Date.now() + MESSAGE_MS; Date.now() < deadline; await delay(100)) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not appear within ${MESSAGE_MS / 1000} s`);
}
