import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { KubeClient } from '../../operator/kube/client.ts';
import { Transport } from '../../operator/kube/transport.ts';
import { checkAccount, whoami } from '../../operator/kube/whoami.ts';
import { OperatorProcess } from '../../tools/environment/operator-process.ts';
import { withApiServer } from '../support/api-server.ts';
import { eventually } from '../support/eventually.ts';

const apiServer = withApiServer();
const log = pino({ level: 'silent' });
const OWN = 'system:serviceaccount:approvalgate:approvalgate';

it("is the operator's account, with which it is ready", async () => {
  expect(await whoami(apiServer().operator)).toBe(OWN);
  const problem = checkAccount(apiServer().operator, OWN, { signal: new AbortController().signal, log });
  expect(problem().join()).toContain('has not said yet');
  await eventually('nothing is wrong', () => (problem().length === 0 ? true : undefined));
});

it('is somebody else, whom the policies let write nothing, and then it says so', async () => {
  const problem = checkAccount(apiServer().admin, OWN, { signal: new AbortController().signal, log });
  const said = await eventually('it is said', () =>
    problem().find((each) => each.includes("takes this process for '")),
  );
  expect(said).toContain(`only '${OWN}' write`);
});

it('keeps an operator from being ready that runs as somebody else', async () => {
  const flags = ['--slack-transport', 'off'];
  const starting = OperatorProcess.start({ kubeconfig: apiServer().plane.kubeconfig, flags });
  await expect(starting).rejects.toThrow(`only '${OWN}' write`);
});

it('is nobody where no credential arrives, and then it says so', async () => {
  const server = new URL(apiServer().plane.server);
  const access = { server, tls: { rejectUnauthorized: false } };
  const nobody = new KubeClient(
    new Transport({ current: async () => access, refused: () => undefined, problems: () => [] }),
  );
  onTestFinished(() => nobody.close());
  const problem = checkAccount(nobody, OWN, { signal: new AbortController().signal, log });
  await eventually('it is said', () =>
    problem().find((each) => each.includes('User "system:anonymous" cannot create')),
  );
});
