import type { Receiver } from '@slack/bolt';
import { countRefusal } from './refusals.ts';

type Fields = Readonly<Record<string, unknown>>;
type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === 'string' && value.length > 0;
const anything: Shape = (value) => isFields(value);

/** Slack leaves out what does not apply, or sends null: a team where an app is installed for a whole organisation. */
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || value === null || shape(value);
const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
const eachIn =
  (shape: Shape): Shape =>
  (value) =>
    isFields(value) && Object.values(value).every(shape);
const object =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    isFields(value) && Object.entries(shapes).every(([name, shape]) => shape(value[name]));

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const string: Shape = (value) => typeof value === 'string';

/** What every interaction says: by whom, and where. */
const WHO = {
  user: object({ id: text }),
  team: optional(object({ id: optional(text) })),
  enterprise: optional(anything),
};
const PLACE = { channel: optional(anything), container: optional(anything), message: optional(anything) };
const VIEW = { callback_id: string, private_metadata: optional(string), blocks: optional(listOf(anything)) };
const TYPED = eachIn(eachIn(object({ value: optional(string) })));

/** The interactions that are served. Source: Slack's reference pages of interaction payloads. */
const SHAPES: ReadonlyMap<unknown, Shape> = new Map([
  [
    'block_actions',
    object({ ...WHO, ...PLACE, actions: listOf(object({ action_id: text, value: optional(string) })) }),
  ],
  ['view_submission', object({ ...WHO, view: object({ ...VIEW, state: object({ values: TYPED }) }) })],
  ['view_closed', object({ ...WHO, view: object(VIEW) })],
]);

/** By these Bolt takes an interaction for something else, whatever its type says. */
const OF_OTHERS = ['event', 'command', 'name'];

/** Why a payload is not served: undefined where it is one that Slack could have sent for a click of ours. */
export function oddityOf(body: Fields): 'UnknownType' | 'UnexpectedShape' | undefined {
  const shape = SHAPES.get(body['type']);
  if (shape === undefined) return 'UnknownType';
  const isOdd = !shape(body) || OF_OTHERS.some((name) => name in body) || isEmptyList(body['actions']);
  return isOdd ? 'UnexpectedShape' : undefined;
}

function isEmptyList(actions: unknown): boolean {
  return Array.isArray(actions) && actions.length === 0;
}

/** A receiver whose odd payloads are counted and reach nobody: unacknowledged, as Slack shows an error for. */
export function servingKnownShapes(receiver: Receiver): Receiver {
  return {
    init: (app) =>
      receiver.init({
        processEvent: (event: Parameters<typeof app.processEvent>[0]) => {
          const oddity = oddityOf(event.body);
          if (oddity === undefined) return app.processEvent(event);
          countRefusal(oddity);
          return Promise.resolve();
        },
      } as typeof app),
    start: (...args) => receiver.start(...args),
    stop: (...args) => receiver.stop(...args),
  };
}
