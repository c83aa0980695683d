import { parseArgs } from 'node:util';
import { type SlackDeskOptions, startSlackDesk } from './desk.ts';

const HELP = `A Slack channel on this machine: the Web API, Socket Mode or signed requests, and a page to click on.

  node tools/slack-desk/main.ts [options]

  --port <n>              where to listen on 127.0.0.1 (4700)
  --transport <t>         how clicks reach the app: socket (default) or http
  --request-url <url>     where clicks are posted; needed for http
  --signing-secret <s>    signs what is posted (desk-signing-secret)
  --app-token <t>         the app-level token that opens sockets (xapp-desk)
  --bot-token <t>         the bot token of Web API calls (xoxb-desk)
  --channel <id=name>     a channel, repeatable (C0APPROVAL=approvals)
  --user <id=handle>      a person, repeatable (Mia, Omar, and a guest)
  --help                  this text`;

const PEOPLE: SlackDeskOptions['users'] = [
  { id: 'U0MIA00001', name: 'mia', realName: 'Mia Wong' },
  { id: 'U0OMAR0001', name: 'omar', realName: 'Omar Haddad' },
  { id: 'U0GUEST001', name: 'gus', realName: 'Gus Guest', is_restricted: true },
];

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4700' },
    transport: { type: 'string', default: 'socket' },
    'request-url': { type: 'string' },
    'signing-secret': { type: 'string', default: 'desk-signing-secret' },
    'app-token': { type: 'string', default: 'xapp-desk' },
    'bot-token': { type: 'string', default: 'xoxb-desk' },
    channel: { type: 'string', multiple: true, default: ['C0APPROVAL=approvals'] },
    user: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const desk = await startSlackDesk(deskOptions());
  console.log(`Slack desk: open ${desk.url}\nAn app uses  slackApiUrl ${desk.apiUrl}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void desk.close());
}

function deskOptions(): SlackDeskOptions {
  const { transport, 'request-url': requestUrl } = values;
  if (transport !== 'socket' && transport !== 'http') throw new Error('--transport is socket or http');
  if (transport === 'http' && requestUrl === undefined)
    throw new Error('--transport http needs --request-url');
  const users = values.user.map(pair);
  return {
    transport,
    ...(requestUrl === undefined ? {} : { requestUrl }),
    signingSecret: values['signing-secret'],
    appToken: values['app-token'],
    botToken: values['bot-token'],
    users: users.length > 0 ? users : PEOPLE,
    channels: values.channel.map(pair),
    port: Number(values.port),
  };
}

function pair(text: string): { id: string; name: string } {
  const [, id, name] = /^([A-Z0-9]+)=(.+)$/.exec(text) ?? [];
  if (id === undefined || name === undefined)
    throw new Error(`${text}: write ID=name, e.g. C0APPROVAL=approvals`);
  return { id, name };
}
