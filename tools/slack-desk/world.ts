import type { SlackState } from './emulator.ts';
import type { Faults } from './faults.ts';
import type { Modals } from './modals.ts';
import type { SlackRates } from './rates.ts';
import type { ResponseUrls } from './response-url.ts';
import type {
  ChannelSpec,
  Delivery,
  DeskMessage,
  EphemeralMessage,
  Json,
  RecordedCall,
  SlackDeskOptions,
  UserSpec,
} from './types.ts';

/** What the desk knows beside the emulator's state; shared by its parts. */
export interface World {
  /** Where the desk listens, without a slash at the end. */
  readonly url: string;
  /** What is accepted now. */
  readonly tokens: { app: string; bot: string };
  readonly enterprise: SlackDeskOptions['enterprise'];
  readonly users: Map<string, UserSpec>;
  readonly channels: Map<string, ChannelSpec>;
  readonly state: SlackState;
  readonly faults: Faults;
  /** Undefined: Slack's rate limits are off. */
  readonly rates: SlackRates | undefined;
  now(): number;
  readonly calls: RecordedCall[];
  readonly modals: Modals;
  readonly ephemerals: EphemeralMessage[];
  readonly responseUrls: ResponseUrls;
  /** The URL of one new Socket Mode connection. */
  readonly socketUrl: () => string;
  /** The channel's messages with all metadata, oldest first. */
  readonly messages: (channel: string) => Promise<DeskMessage[]>;
  /** Hand an interaction to the app. */
  readonly deliver: (payload: Json) => Promise<Delivery>;
  /** Something that the page shows may be different now. */
  readonly changed: () => void;
}
