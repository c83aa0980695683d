import type { DeskView } from './types.ts';

/** What one person has open, topmost view last. */
interface OpenModal {
  readonly views: readonly DeskView[];
  /** Inline errors of the topmost view by block id. */
  readonly errors: { readonly [blockId: string]: string };
}

/** The modals on people's screens: Slack's client state, which no Web API method tells. */
export class Modals {
  readonly #open = new Map<string, OpenModal>();
  readonly #triggers = new Map<string, string>();

  /** A click of `user` gave out this trigger. */
  issued(trigger: string, user: string): void {
    this.#triggers.set(trigger, user);
  }

  /** views.open succeeded with this trigger. */
  opened(trigger: string, view: DeskView): void {
    const user = this.#triggers.get(trigger);
    if (user === undefined) return;
    this.#open.set(user, { views: [view], errors: {} });
  }

  /** views.update succeeded: whoever has the view sees it anew. */
  updated(view: DeskView): void {
    for (const [user, modal] of this.#open) {
      const views = modal.views.map((old) => (old.id === view.id ? view : old));
      this.#open.set(user, { ...modal, views });
    }
  }

  fail(user: string, errors: { readonly [blockId: string]: string }): void {
    const modal = this.#open.get(user);
    if (modal) this.#open.set(user, { ...modal, errors });
  }

  /** Close the topmost view. */
  close(user: string): void {
    this.#keep(user, (this.#open.get(user)?.views ?? []).slice(0, -1));
  }

  /** Close what was submitted, and not what an app opened since. */
  submitted(user: string, id: string): void {
    this.#keep(
      user,
      (this.#open.get(user)?.views ?? []).filter((view) => view.id !== id),
    );
  }

  #keep(user: string, views: readonly DeskView[]): void {
    if (views.length === 0) this.#open.delete(user);
    else this.#open.set(user, { views, errors: {} });
  }

  of(user: string): OpenModal | undefined {
    return this.#open.get(user);
  }
}
