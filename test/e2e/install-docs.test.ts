import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { CHECKPOINTS } from '../../crds/names.ts';
import type { Checkpoint } from '../../crds/types.ts';
import { findBinaries } from '../../tools/cluster/binaries.ts';
import { installedIn, removeCrds } from '../../tools/cluster/uninstall.ts';
import { nodeFolder } from '../../tools/node/namespaces.ts';
import { DESK_TEAM } from '../../tools/slack-desk/desk.ts';
import { commandsOf, runInOneShell } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { CHANNELS, MIA, TOKENS } from './support/slack.ts';
import { clean, IMAGE, type World } from './support/world.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** What a reader writes for what the page cannot know. */
const OWN: Readonly<Record<string, string>> = {
  'xoxb-…': TOKENS.botToken,
  'xapp-…': TOKENS.appToken,
  'SLACK_CHANNEL=C0123ABCD45': `SLACK_CHANNEL=${CHANNELS[0]}`,
  'SLACK_TEAM=T0123ABCD45': `SLACK_TEAM=${DESK_TEAM}`,
  'SLACK_USER=U0123ABCD45': `SLACK_USER=${MIA}`,
};

let world: World;
beforeAll(async () => {
  world = await clean();
  const { cluster } = world.node;
  await removeCrds(cluster);
  const policies = 'validatingadmissionpolicies,validatingadmissionpolicybindings';
  await cluster.mustKubectl(['delete', policies, '-l', 'app.kubernetes.io/name=approvalgate']);
  await cluster.mustKubectl(['delete', 'namespace', 'approvalgate', 'shop', '--ignore-not-found']);
});

/**
 * The programs of the page, for this cluster. Docker is not here: the image was built before, by buildah from the same Dockerfile, and gets the
 * name that is asked for. Slack's double stands for Slack.
 */
async function programs(): Promise<string> {
  const folder = await mkdtemp(join(nodeFolder(), 'programs-'));
  const { kubectl, helm } = await findBinaries(['kubectl', 'helm']);
  const { repository, tag, pullPolicy } = IMAGE;
  const values = `slack.apiUrl=${world.desk.apiUrl},image.pullPolicy=${pullPolicy}`;
  const scripts = {
    kubectl: `exec ${kubectl} "$@"`,
    helm: `case $1 in install|upgrade) set -- "$@" --set ${values};; esac; exec ${helm} "$@"`,
    docker: `test "$1 $2 $4" = "build -t ." && exec ctr -n k8s.io images tag --force ${repository}:${tag} $3`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}

async function commands(): Promise<string[]> {
  const page = await readFile(join(REPOSITORY, 'docs', 'install.md'), 'utf8');
  const own = commandsOf(page).map((command) =>
    Object.entries(OWN).reduce((text, [theirs, mine]) => text.replaceAll(theirs, mine), command),
  );
  expect(own.join('\n')).not.toContain('…');
  return own;
}

/** Clicks as soon as the question is there, as whoever reads the page does. */
async function clickWhenAsked(): Promise<void> {
  const sent = await eventually(
    'the question is in the channel',
    async () => {
      const asked = await world.admin
        .list<Checkpoint>(CHECKPOINTS, { namespace: 'shop' })
        .catch(() => ({ items: [] }));
      return asked.items[0]?.status?.notifications?.find(({ state }) => state === 'Sent')?.messageID;
    },
    600_000,
  );
  await world.desk.sockets.untilOpen();
  const mia = world.desk.person(MIA);
  const click = await mia.clickPayload(sent, 'approvalgate_approve', CHANNELS[0]);
  expect((await world.desk.send(click)).acked).toBe(true);
}

test('every command of docs/install.md works, from an empty cluster to an empty cluster', {
  timeout: 900_000,
}, async () => {
  const all = await commands();
  const environment = {
    PATH: `${await programs()}:${process.env['PATH']}`,
    KUBECONFIG: world.node.cluster.kubeconfig,
  };
  const [said] = await Promise.all([runInOneShell(all, { cwd: REPOSITORY, environment }), clickWhenAsked()]);
  const saidBy = (start: string): string => {
    const index = all.findIndex((command) => command.startsWith(start));
    return said[index] ?? `no command begins with ${start}`;
  };
  expect(saidBy('helm test')).toContain('Nothing is missing.');
  expect(saidBy('helm test')).not.toContain('unknown');
  expect(saidBy('kubectl get -n shop')).toBe('Approved by mia@example.com\n');
  expect(saidBy('helm uninstall')).toContain('[ValidatingAdmissionPolicy] approvalgate-status');
  await removeCrds(world.node.cluster);
  await world.node.cluster.mustKubectl(['delete', 'namespace', 'shop']);
  expect(await installedIn(world.node.cluster)).toEqual([]);
});
