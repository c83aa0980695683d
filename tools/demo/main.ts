import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Checkpoint } from '../../crds/types.ts';
import { UsageError } from '../../operator/errors.ts';
import { type Cluster, connect } from '../cluster/cluster.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import type { DeskMessage } from '../slack-desk/types.ts';
import { Agent } from '../stage/agent.ts';
import { agentIn, approver, link } from '../stage/people.ts';
import { CHANNEL, MIA, Stage } from '../stage/stage.ts';
import { requests, SENTENCE } from './agents.ts';
import { type DemoOptions, parseOptions, USAGE } from './options.ts';

const NAMESPACE = 'shop';
const RULES = join(import.meta.dirname, '..', '..', 'examples', 'rules.yaml');
const DESK_PORT = 4700;
/** Long enough to read and click; short where nobody will. */
const TIMEOUT_SECONDS = { person: 1800, approve: 300, deny: 300, none: 10 };
const MESSAGE_MS = 30_000;

const say = (line: string): void => console.log(line);

await main();

async function main(): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2), process.env);
    if (options.help) say(USAGE);
    else await demo(options);
    process.exit(0);
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}

async function demo(options: DemoOptions): Promise<void> {
  say('starting a Kubernetes API server, the guards, the webhook, the operator and Slack …');
  const controlPlane = options.existing ? undefined : await startControlPlane();
  const cluster = controlPlane ?? (await connect(options.existing ?? { kubeconfig: '' }));
  const stage = await setStage(cluster, options);
  const stop = async (): Promise<void> => {
    await stage.strike();
    await controlPlane?.stop();
  };
  process.once('SIGINT', () => void stop().then(() => process.exit(130)));
  try {
    await play(stage, options, controlPlane);
  } finally {
    await stop();
  }
}

async function setStage(cluster: Cluster, options: DemoOptions): Promise<Stage> {
  const logFile = join(mkdtempSync(join(tmpdir(), 'approvalgate-demo-')), 'operator.log');
  const stage = await Stage.set(cluster, {
    channel: options.slack?.channel ?? CHANNEL,
    webhookHost: options.webhookHost,
    logFile,
    ...(options.slack ? { slack: options.slack } : {}),
    ...(options.click === 'person' ? { deskPort: DESK_PORT } : {}),
  });
  say(`the operator's log: ${logFile}`);
  return stage;
}

async function play(
  stage: Stage,
  options: DemoOptions,
  controlPlane: ControlPlane | undefined,
): Promise<void> {
  const { cluster } = stage;
  const agent = new Agent(await agentIn(cluster, NAMESPACE), NAMESPACE);
  await approver(cluster, NAMESPACE, 'mia@example.com');
  if (!options.slack) await link(cluster, MIA, 'mia@example.com');
  await cluster.mustKubectl(['apply', '-f', RULES]);
  await cluster.mustKubectl(['wait', '-n', NAMESPACE, '--for=condition=Ready', 'checkpointrules', '--all']);
  const asked = requests(TIMEOUT_SECONDS[options.click]);
  if (controlPlane)
    say(`look around: kubectl --kubeconfig ${controlPlane.kubeconfig} get ckpt -n ${NAMESPACE}`);
  await askAndPrint(agent, 'a $12 refund', asked.refund);
  await askAndPrint(agent, 'a campaign to 12,000 recipients', asked.hugeCampaign);
  const waiting = await agent.ask(asked.campaign);
  say(`\nagent asks: a campaign to 5,247 recipients (${waiting.metadata.name})`);
  const decision = agent.decision(waiting, AbortSignal.timeout((TIMEOUT_SECONDS[options.click] + 60) * 1000));
  await Promise.race([answer(stage, options), decision]);
  print(await decision);
  if (!options.slack) await showEnd(stage);
  await agent.close();
}

async function askAndPrint(agent: Agent, what: string, spec: Checkpoint['spec']): Promise<void> {
  const asked = await agent.ask(spec);
  say(`\nagent asks: ${what} (${asked.metadata.name})`);
  print(await agent.decision(asked, AbortSignal.timeout(60_000)));
}

function print({ status }: Checkpoint): void {
  const decision = status?.decision;
  if (decision === undefined) return;
  say(`  decision: ${decision.outcome} (${decision.reason})`);
  say(`  who:      ${decision.decidedBy.type} ${decision.decidedBy.name}`);
  say(`  why:      ${decision.message ?? ''}`);
}

async function answer(stage: Stage, { click, slack }: DemoOptions): Promise<void> {
  if (slack) {
    say(
      `  the question is in Slack channel ${slack.channel}; an unlinked account that clicks is told how to link it`,
    );
    return;
  }
  const message = await postedMessage(stage);
  say(`  Slack shows: ${sentenceOf(message)}`);
  if (sentenceOf(message) !== SENTENCE) throw new Error(`the message should read: ${SENTENCE}`);
  if (click === 'person') say(`  approve or deny it: ${stage.desk.url}`);
  if (click === 'none') say('  nobody clicks; the deadline decides in a few seconds');
  if (click === 'approve') await stage.desk.person(MIA).click(message, 'approvalgate_approve');
  if (click === 'deny') await deny(stage, message);
}

async function deny(stage: Stage, message: DeskMessage): Promise<void> {
  const mia = stage.desk.person(MIA);
  await mia.click(message, 'approvalgate_deny');
  const view = await until('the window for the reason', () => stage.desk.openView(MIA));
  await mia.submit(view, { approvalgate_reason: 'These customers opted out.' });
}

function postedMessage(stage: Stage): Promise<DeskMessage> {
  return until('the message in Slack', async () => (await stage.desk.messages(CHANNEL)).at(-1));
}

async function showEnd(stage: Stage): Promise<void> {
  await until('the outcome in Slack', async () => {
    const message = (await stage.desk.messages(CHANNEL)).at(-1);
    return message && !JSON.stringify(message.blocks).includes('"actions"') ? message : undefined;
  });
  say('  the message in Slack shows the outcome, and its buttons are gone');
}

function sentenceOf({ blocks }: DeskMessage): string {
  const [first] = (blocks ?? []) as readonly { readonly text?: { readonly text?: string } }[];
  return first?.text?.text ?? '';
}

async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + MESSAGE_MS; Date.now() < deadline; await delay(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what} did not appear within ${MESSAGE_MS / 1000} s`);
}
